import type { MeasureState } from '../aggregate/measure-state.ts'
import { emptyState, mergeMany } from '../aggregate/merge-states.ts'
import { rankValue } from '../aggregate/ranking.ts'
import type { PartialGroup, Rest } from '../partial-answer.ts'
import type { Measure } from '../question.ts'

/** The groups of a question that has been run, by their numbers. */
export interface GrownGroups {
  readonly numbers: Uint32Array
  /** Measure by measure, of a group. */
  readonly states: readonly ((group: number) => MeasureState)[]
  readonly group: (number: number) => PartialGroup
}

/**
 * Of more groups than are sent the numbers of those that may be among them, and what the others come to: a question by
 * address has a hundred thousand groups, and to name and order them all takes longer than to count them.
 */
export function withoutSmall(
  { numbers, states }: GrownGroups,
  measures: readonly Measure[],
  groupsSent: number,
): { readonly large: ArrayLike<number>; readonly rest: Rest } {
  const none = { groups: 0, states: measures.map(emptyState), residual: undefined }
  if (numbers.length <= groupsSent) return { large: numbers, rest: none }
  const [first, ...others] = states
  const firsts: MeasureState[] = []
  const ranks = new Float64Array(numbers.length)
  for (let i = 0; i < ranks.length; i++) {
    firsts.push(first!(numbers[i]!))
    ranks[i] = rankValue(measures[0]!, firsts[i]!)
  }
  // Those that are as large as the last one go by their names: whoever knows them decides.
  const least = ranks.toSorted().at(-Math.max(1, groupsSent))!
  const large: number[] = []
  const small: number[] = []
  const smallFirsts: MeasureState[] = []
  let residual: number | undefined
  numbers.forEach((group, i) => {
    const rank = ranks[i]!
    if (rank >= least) {
      large.push(group)
      return
    }
    small.push(group)
    smallFirsts.push(firsts[i]!)
    residual = Math.max(residual ?? 0, rank)
  })
  const sums = measures.map((measure, i) =>
    mergeMany(measure, i === 0 ? smallFirsts : small.map(others[i - 1]!)),
  )
  return { large, rest: { groups: small.length, states: sums, residual } }
}
