import type { Measure } from '../question.ts'
import type { MeasureState } from './measure-state.ts'
import { emptyState, mergeMany, stateKinds } from './merge-states.ts'
import { rankValue } from './rank-value.ts'

/**
 * The states of one measure, one a group. Totals are numbers alone: a question by process and bin has a hundred thousand
 * groups, and to make objects of them all took longer than to count them.
 */
export type StateColumn =
  | { readonly kind: 'totals'; readonly values: Float64Array }
  | { readonly kind: 'states'; readonly states: readonly MeasureState[] }

export function stateColumn(measure: Measure, states: readonly MeasureState[]): StateColumn {
  if (stateKinds[measure.kind] !== 'total') return { kind: 'states', states }
  return { kind: 'totals', values: Float64Array.from(states, totalOf) }
}

function totalOf(state: MeasureState): number {
  if (state.kind !== 'total') throw new Error(`a ${state.kind} among totals`)
  return state.value
}

export const stateAt = (column: StateColumn, group: number): MeasureState =>
  column.kind === 'totals' ? { kind: 'total', value: column.values[group]! } : column.states[group]!

/** The states of those groups. */
export function pickedStates(column: StateColumn, groups: Uint32Array): StateColumn {
  if (column.kind === 'states')
    return { kind: 'states', states: Array.from(groups, (group) => column.states[group]!) }
  const values = new Float64Array(groups.length)
  for (let i = 0; i < values.length; i++) values[i] = column.values[groups[i]!]!
  return { kind: 'totals', values }
}

/** The place of a group that is not there. */
export const nowhere = -1

/** The states of those groups; of one that is nowhere that of no flows. */
export function pickedOrEmpty(
  measure: Measure,
  column: StateColumn,
  groups: Int32Array,
): StateColumn {
  const empty = emptyState(measure)
  if (column.kind === 'states')
    return { kind: 'states', states: Array.from(groups, (group) => column.states[group] ?? empty) }
  const values = new Float64Array(groups.length)
  for (let i = 0; i < values.length; i++) values[i] = column.values[groups[i]!] ?? 0
  return { kind: 'totals', values }
}

/** `more` and the states of the groups from `from` on and before `to` as one. */
export function mergedStates(
  column: StateColumn,
  more: MeasureState,
  from = 0,
  to = Infinity,
): MeasureState {
  if (column.kind === 'states') return mergeMany([more, ...column.states.slice(from, to)])
  const { values } = column
  return { kind: 'total', value: totalOf(more) + sumOf(values, from, Math.min(to, values.length)) }
}

function sumOf(values: Float64Array, from: number, to: number): number {
  let sum = 0
  for (let i = from; i < to; i++) sum += values[i]!
  return sum
}

/** By what groups are ranked; not to be changed. */
export function ranksOf(measure: Measure, column: StateColumn): Float64Array {
  if (column.kind === 'totals') return column.values
  return Float64Array.from(column.states, (state) => rankValue(measure, state))
}
