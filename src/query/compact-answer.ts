import type { MeasureState } from './aggregate/measure-state.ts'
import { stateKinds } from './aggregate/merge-states.ts'
import type { GroupValue } from './group-name.ts'
import type { PartialAnswer, PartialGroup } from './partial-answer.ts'
import type { Question } from './question.ts'

/**
 * Groups of an answer column by column, as they travel and are merged: a console that makes an object of every group of
 * every host takes five times as long.
 */
export interface CompactGroups {
  readonly rows: number
  /** One a key of the question. */
  readonly keys: readonly KeyColumn[]
  /** Where the question has bins: where each group's begins, in ms since 1970. */
  readonly bins: Float64Array | undefined
  /** One a measure. */
  readonly states: readonly StateColumn[]
  /** `noUnsent` where nothing of a group was left out; undefined where nothing was of any. */
  readonly unsent: Float64Array | undefined
}

/** Values, and which of them each row has. */
export interface KeyColumn {
  readonly words: readonly GroupValue[]
  readonly at: Uint32Array
}

export type StateColumn =
  | { readonly kind: 'totals'; readonly values: Float64Array }
  | { readonly kind: 'states'; readonly states: readonly MeasureState[] }

/** An amount is never below nothing. */
export const noUnsent = -1

/** A partial answer whose groups are columns. */
export interface CompactAnswer extends Omit<PartialAnswer, 'groups'> {
  readonly groups: CompactGroups
}

export function compacted(
  { by, bin, measures }: Question,
  { groups, rest, coverage }: PartialAnswer,
): CompactAnswer {
  const numbers = (of: (group: PartialGroup) => number) => Float64Array.from(groups, of)
  const states = measures.map((measure, i): StateColumn => {
    if (stateKinds[measure.kind] !== 'total')
      return { kind: 'states', states: groups.map((group) => group.states[i]!) }
    return { kind: 'totals', values: numbers((group) => totalOf(group.states[i]!)) }
  })
  const isWhole = groups.every(({ unsent }) => unsent === undefined)
  const columns = {
    rows: groups.length,
    keys: by.map((_, i) => keyColumn(groups.map(({ key }) => key[i]!))),
    bins: bin === undefined ? undefined : numbers((group) => group.bin!),
    states,
    unsent: isWhole ? undefined : numbers(({ unsent }) => unsent ?? noUnsent),
  }
  return { groups: columns, rest, coverage }
}

function totalOf(state: MeasureState): number {
  if (state.kind !== 'total') throw new Error(`a ${state.kind} among totals`)
  return state.value
}

function keyColumn(values: readonly GroupValue[]): KeyColumn {
  const numbers = new Map<GroupValue, number>()
  const at = Uint32Array.from(values, (value) => {
    const number = numbers.get(value) ?? numbers.size
    numbers.set(value, number)
    return number
  })
  return { words: [...numbers.keys()], at }
}
