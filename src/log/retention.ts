import { limits } from '../model/limits.ts'
import type { Millis } from '../model/quantity.ts'
import type { LogFile } from './file-names.ts'
import type { LogTime } from './log-time.ts'

/** How much the log keeps; whichever is reached first. */
export interface RetentionRules {
  /** Rows that ended longer ago go. */
  readonly age: Millis
  /** The log takes no more than this on disk. */
  readonly bytes: number
  /** The log leaves at least this free on its disk. */
  readonly freeBytes: number
}

export interface Usage {
  /** All files but the open journal, oldest first. */
  readonly closed: readonly LogFile[]
  /** Of all files, as the disk counts. */
  readonly bytes: number
  readonly freeBytes: number
}

export type DeletionReason = 'files' | 'bytes' | 'free space' | 'age'
export interface Deletion {
  readonly file: LogFile
  readonly why: DeletionReason
}

/**
 * The next file to go, oldest first in the order of writing: a clock that was wrong for a day must not decide what
 * is old. Only age goes by the clock, and only for segments, whose names are dated.
 */
export function nextDeletion(
  { closed, bytes, freeBytes }: Usage,
  rules: RetentionRules,
  at: LogTime,
): Deletion | undefined {
  const oldest = closed[0]
  if (!oldest) return undefined
  if (closed.length > limits.logFilesMax) return { file: oldest, why: 'files' }
  if (bytes > rules.bytes) return { file: oldest, why: 'bytes' }
  if (freeBytes < rules.freeBytes) return { file: oldest, why: 'free space' }
  const old = closed.find((file) => file.kind === 'segment' && file.to < at.wall - rules.age)
  return old && { file: old, why: 'age' }
}

/**
 * Whether the wall clock may decide that a file is old. A clock set to next year looks like a year of waiting: so
 * nothing goes by age until the clock has gone evenly for an hour, and then one file a minute.
 */
export class AgeClock {
  #offset: number | undefined
  #evenSince = 0
  #lastDeletion = -Infinity

  mayDelete(at: LogTime): boolean {
    const offset = at.wall - at.monotonic
    if (this.#offset === undefined || Math.abs(offset - this.#offset) > limits.logClockStepMs) {
      this.#offset = offset
      this.#evenSince = at.monotonic
    }
    return (
      at.monotonic - this.#evenSince >= limits.logClockTrustMs &&
      at.monotonic - this.#lastDeletion >= limits.logAgeStepMs
    )
  }

  deleted(at: LogTime): void {
    this.#lastDeletion = at.monotonic
  }
}
