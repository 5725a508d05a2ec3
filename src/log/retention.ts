import type { Millis } from '../model/quantity.ts'

/** How much the log keeps; whichever is reached first. */
export interface RetentionRules {
  /** Rows that ended longer ago go. */
  readonly age: Millis
  /** The log takes no more than this on disk. */
  readonly bytes: number
  /** The log leaves at least this free on its disk. */
  readonly freeBytes: number
}
