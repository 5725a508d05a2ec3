import type { MeasureState } from '../aggregate/measure-state.ts'
import type { Batch } from './batch.ts'

/** Counts the pieces of a batch into their groups; `size` groups there are. Cannot fail any more. */
export type Counting = (groups: Uint32Array, size: number) => void

/** One measure of all groups of a question while it grows. */
export interface MeasureRun {
  /** Reads what it needs of a batch of one run of the recorder. @throws DamagedColumn */
  readonly prepare: (batch: Batch, run: number) => Counting
  /** The state of each group, by its number. */
  readonly finish: (size: number) => (group: number) => MeasureState
  /** Memory that grows with the groups; nearly. */
  readonly bytes: () => number
}
