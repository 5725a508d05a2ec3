import type { GroupName, GroupValue } from './group-name.ts'
import type { PartialAnswer } from './partial-answer.ts'
import type { GroupColumns } from './partial-groups.ts'
import type { Question } from './question.ts'

/**
 * Groups of an answer as they travel and are merged. Of keys each different value is there once: a console that looks up
 * the name of every group of every host takes five times as long.
 */
export interface CompactGroups extends Pick<GroupColumns, 'bins' | 'states'> {
  readonly rows: number
  /** One a key of the question. */
  readonly keys: readonly KeyColumn[]
  /** NaN where nothing of a group was left out; undefined where nothing was of any. */
  readonly unsent: Float64Array | undefined
}

/** Values, and which of them each row has. */
export interface KeyColumn {
  readonly words: readonly GroupValue[]
  readonly at: Uint32Array
}

export interface CompactAnswer extends Omit<PartialAnswer, 'groups'> {
  readonly groups: CompactGroups
}

export function compacted({ by, bin }: Question, partial: PartialAnswer): CompactAnswer {
  const { keys, bins, states, unsent } = partial.groups.columns
  const groups = {
    rows: keys.length,
    keys: by.map((_, i) => keyColumn(keys, i)),
    // Groups that are none do not say whether they have bins.
    bins: bin === undefined ? undefined : (bins ?? new Float64Array(0)),
    states,
    unsent: unsent.every(Number.isNaN) ? undefined : unsent,
  }
  return { groups, rest: partial.rest, coverage: partial.coverage }
}

function keyColumn(keys: readonly GroupName['key'][], i: number): KeyColumn {
  const numbers = new Map<GroupValue, number>()
  const at = new Uint32Array(keys.length)
  for (let row = 0; row < at.length; row++) {
    const value = keys[row]![i]!
    let number = numbers.get(value)
    if (number === undefined) numbers.set(value, (number = numbers.size))
    at[row] = number
  }
  return { words: [...numbers.keys()], at }
}
