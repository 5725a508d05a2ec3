import { emptyState } from '../aggregate/merge-states.ts'
import { nthLargest } from '../aggregate/ranking.ts'
import { mergedStates, pickedStates, ranksOf, type StateColumn } from '../aggregate/state-column.ts'
import type { Rest } from '../partial-answer.ts'
import type { Measure } from '../question.ts'
import { allRows, marked } from './selection.ts'

/** The groups of a question that has been run, by their numbers. */
export interface GrownGroups {
  readonly numbers: Uint32Array
  /** Measure by measure, of groups. */
  readonly states: readonly ((groups: Uint32Array) => StateColumn)[]
}

/** Some of the groups, and what the others come to. */
export interface LargeGroups {
  readonly numbers: Uint32Array
  readonly states: readonly StateColumn[]
  readonly rest: Rest
}

/** All of them. */
export const allOfThem = (
  { numbers, states }: GrownGroups,
  measures: readonly Measure[],
): LargeGroups => ({
  numbers,
  states: states.map((ofGroups) => ofGroups(numbers)),
  rest: { groups: 0, states: measures.map(emptyState), residual: undefined },
})

/**
 * Of more groups than are sent those that may be among them: a question by address has a hundred thousand groups, and to
 * name and order them all takes longer than to count them.
 */
export function withoutSmall(
  grown: GrownGroups,
  measures: readonly Measure[],
  groupsSent: number,
): LargeGroups {
  const { numbers, states } = grown
  if (numbers.length <= groupsSent) return allOfThem(grown, measures)
  const [firstOf, ...othersOf] = states
  const first = firstOf!(numbers)
  const ranks = ranksOf(measures[0]!, first)
  // Those that are as large as the last one go by their names: whoever knows them decides.
  const least = nthLargest(ranks, Math.max(1, groupsSent))
  const isLarge = new Uint8Array(ranks.length)
  let residual: number | undefined
  for (let i = 0; i < ranks.length; i++) {
    const rank = ranks[i]!
    if (rank >= least) isLarge[i] = 1
    else if (residual === undefined || rank > residual) residual = rank
  }
  const all = allRows(ranks.length)
  const sent = marked(all, isLarge, 1)
  const small = marked(all, isLarge, 0)
  const columnsAt = (places: Uint32Array) => [
    pickedStates(first, places),
    ...othersOf.map((ofGroups) => ofGroups(pickedAt(numbers, places))),
  ]
  const rest = columnsAt(small).map((column, i) => mergedStates(column, emptyState(measures[i]!)))
  return {
    numbers: pickedAt(numbers, sent),
    states: columnsAt(sent),
    rest: { groups: small.length, states: rest, residual },
  }
}

function pickedAt(numbers: Uint32Array, places: Uint32Array): Uint32Array {
  const picked = new Uint32Array(places.length)
  for (let i = 0; i < picked.length; i++) picked[i] = numbers[places[i]!]!
  return picked
}
