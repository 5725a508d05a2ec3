import type { Gap } from '../model/gap.ts'
import type { HostTime } from '../model/quantity.ts'
import type { LogTrouble } from './append-outcome.ts'

/** What the writer has done since it was opened. */
export interface WriterStats {
  /** As in the headers of its files. */
  readonly stream: number
  readonly since: HostTime
  readonly rowsWritten: number
  readonly bytesWritten: number
  readonly rowsHeld: number
  readonly rowsDropped: number
  /** Of the last append. */
  readonly trouble: LogTrouble | undefined
  /** Errno of sealing or of retention, where its last step failed. */
  readonly upkeepTrouble: string | undefined
  readonly lastWritten: HostTime | undefined
  /** From the time before it was opened on. */
  readonly gaps: readonly Gap[]
}
