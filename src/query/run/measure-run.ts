import type { MeasureState } from '../aggregate/measure-state.ts'
import type { StateColumn } from '../aggregate/state-column.ts'
import type { Batch } from './batch.ts'

/** Counts the pieces of a batch into their groups; `size` groups there are. Cannot fail any more. */
export type Counting = (groups: Uint32Array, size: number) => void

/** One measure of all groups of a question while it grows. */
export interface MeasureRun {
  /** Reads what it needs of a batch of one run of the recorder. @throws DamagedColumn */
  readonly prepare: (batch: Batch, run: number) => Counting
  /** The states of groups by their numbers, which ascend, of `size` groups in all. */
  readonly finish: (size: number) => (groups: Uint32Array) => StateColumn
  /** Memory that grows with the groups; nearly. */
  readonly bytes: () => number
}

/** What `finish` gives, of states that are made one by one. */
export const statesOf =
  (stateOf: (group: number) => MeasureState) =>
  (groups: Uint32Array): StateColumn => ({ kind: 'states', states: Array.from(groups, stateOf) })
