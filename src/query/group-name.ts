import type { HostTime } from '../model/quantity.ts'

/** Which group of an answer. */
export interface GroupName {
  /** Values of the question's keys in its order. */
  readonly key: readonly GroupValue[]
  /** Where the question has bins. */
  readonly bin?: HostTime
}

/** Null: not known, or not there. */
export type GroupValue = string | number | null
