import { randomBytes } from 'node:crypto'
import type { FlowRecord } from '../model/flow.ts'
import { gapReason, type Gap } from '../model/gap.ts'
import { limits } from '../model/limits.ts'
import { hostTime, type HostTime } from '../model/quantity.ts'
import { HeldBatches } from './held-batches.ts'
import { Journal } from './journal.ts'
import { LogDirectory } from './log-directory.ts'
import type { LogTime } from './log-time.ts'
import { recover, type Recovered } from './recover.ts'
import type { RetentionRules } from './retention.ts'
import { WriterLock } from './writer-lock.ts'

export interface FlowLogOptions {
  /** 32 hexadecimal digits, as in /etc/machine-id. */
  readonly hostId: string
  /** As in /proc/sys/kernel/random/boot_id. */
  readonly bootId: string
  readonly retention: RetentionRules
}

/** Why rows wait in memory; one of `gapReason`. */
export type LogTrouble =
  typeof gapReason.diskFull | typeof gapReason.diskFailed | typeof gapReason.directoryGone

/** What became of an append. Rows held are tried again at the next one. */
export type AppendOutcome =
  /** On disk and synced: all that was given, and all that was held. */
  | { readonly kind: 'written'; readonly rows: number; readonly bytes: number }
  | { readonly kind: 'held'; readonly held: number; readonly why: LogTrouble }
  /** Memory is full as well: `rows` of this append are lost, and a gap will say so. */
  | {
      readonly kind: 'dropped'
      readonly rows: number
      readonly held: number
      readonly why: LogTrouble
    }

/** What one step of maintenance did. */
export type MaintainOutcome =
  | { readonly kind: 'idle' }
  /** One block of a segment in the making. */
  | { readonly kind: 'block' }
  | { readonly kind: 'sealed'; readonly name: string }
  | {
      readonly kind: 'deleted'
      readonly name: string
      readonly why: 'age' | 'bytes' | 'free space' | 'files'
    }
  | { readonly kind: 'failed'; readonly why: string }

/** What the writer has done since it was opened. */
export interface WriterStats {
  readonly since: HostTime
  readonly rowsWritten: number
  readonly bytesWritten: number
  readonly rowsHeld: number
  readonly rowsDropped: number
  /** Of the last append. */
  readonly trouble: LogTrouble | undefined
  readonly lastWritten: HostTime | undefined
}

/**
 * Opens the log in `directory` for the one writer that it may have, and repairs what a crash left. Throws `LogError`.
 * The directory must be there: one that was made here would hide a disk that is not mounted.
 */
export async function openFlowLog(
  directory: string,
  options: FlowLogOptions,
  at: LogTime,
): Promise<FlowLog> {
  const opened = new LogDirectory(directory)
  try {
    const lock = await WriterLock.take(opened)
    try {
      return new FlowLog(opened, lock, options, recover(opened), at)
    } catch (error) {
      await lock.release()
      throw error
    }
  } catch (error) {
    opened.close()
    throw error
  }
}

/** The writing end of the flow log. Every call that touches the disk blocks until the disk is done. */
export class FlowLog {
  readonly #directory: LogDirectory
  readonly #lock: WriterLock
  readonly #options: FlowLogOptions
  readonly #stream = randomBytes(4).readUInt32LE()
  readonly #held = new HeldBatches()
  readonly #since: HostTime
  #journal: Journal | undefined
  #nextNumber: number
  #sequence = 0
  #rowsWritten = 0
  #bytesWritten = 0
  #rowsDropped = 0
  #trouble: LogTrouble | undefined
  #lastWritten: LogTime | undefined
  /** Rows of it in the journal, and the UTC day it began on. */
  #journalRows = 0
  #journalDay = 0

  constructor(
    directory: LogDirectory,
    lock: WriterLock,
    options: FlowLogOptions,
    recovered: Recovered,
    at: LogTime,
  ) {
    this.#directory = directory
    this.#lock = lock
    this.#options = options
    this.#nextNumber = recovered.nextNumber
    this.#since = at.wall
    if (recovered.lastWritten !== undefined)
      this.#held.addGap({
        from: hostTime(Math.min(recovered.lastWritten, at.wall)),
        to: at.wall,
        reason: gapReason.recorderDown,
        count: recovered.tornRows,
      })
  }

  /** Puts records and gaps on disk before it returns, or says why not. With neither it writes once a minute, so that
   *  a crash is dated well. */
  append(records: readonly FlowRecord[], gaps: readonly Gap[], at: LogTime): AppendOutcome {
    for (const gap of gaps) this.#held.addGap(gap)
    const dropped = this.#held.add(records, at)
    const quiet = this.#lastWritten && at.monotonic - this.#lastWritten.monotonic
    if (this.#held.isEmpty && quiet !== undefined && quiet < limits.logQuietMs)
      return { kind: 'written', rows: 0, bytes: 0 }
    const outcome = this.#flush(at)
    if (dropped === 0) return outcome
    const why = this.#trouble ?? gapReason.diskFull
    this.#rowsDropped += dropped
    this.#held.addGap({
      from: hostTime(Math.min(this.#since, at.wall)),
      to: at.wall,
      reason: why,
      count: dropped,
    })
    return { kind: 'dropped', rows: dropped, held: this.#held.rows, why }
  }

  /** One step of the work that can wait: call it between appends, a few times a second while it returns something
   *  other than `idle`. Each step takes less than 0.2 s of CPU. */
  maintain(at: LogTime): MaintainOutcome {
    if (this.#journal) this.#rotateWhenDue(at)
    return { kind: 'idle' }
  }

  stats(): WriterStats {
    return {
      since: this.#since,
      rowsWritten: this.#rowsWritten,
      bytesWritten: this.#bytesWritten,
      rowsHeld: this.#held.rows,
      rowsDropped: this.#rowsDropped,
      trouble: this.#trouble,
      lastWritten: this.#lastWritten?.wall,
    }
  }

  /** Writes what is held, once more and for the last time, and lets the next writer in. */
  async close(at: LogTime): Promise<AppendOutcome> {
    const outcome = this.#flush(at)
    this.#journal?.close()
    this.#directory.close()
    await this.#lock.release()
    return outcome
  }

  #flush(at: LogTime): AppendOutcome {
    let rows = 0
    let bytes = 0
    do {
      const taken = this.#held.take(this.#sequence, this.#rowsWritten, this.#stream, at)
      const trouble = this.#directory.isThere
        ? this.#write(taken.frames, at)
        : gapReason.directoryGone
      this.#trouble = trouble
      if (trouble) return { kind: 'held', held: this.#held.rows, why: trouble }
      this.#held.settle(taken)
      this.#sequence += taken.frames.length
      this.#rowsWritten += taken.rows
      this.#bytesWritten += taken.bytes
      this.#journalRows += taken.rows
      this.#lastWritten = at
      rows += taken.rows
      bytes += taken.bytes
    } while (!this.#held.isEmpty)
    this.#rotateWhenDue(at)
    return { kind: 'written', rows, bytes }
  }

  /** Once more in a new file where the journal fails. */
  #write(frames: readonly Uint8Array[], at: LogTime): LogTrouble | undefined {
    for (let tries = 0; tries < 2; tries++) {
      this.#journal ??= this.#newJournal(at)
      const outcome = this.#journal.append(frames)
      if (outcome.kind === 'synced') return undefined
      if (outcome.kind === 'full') return gapReason.diskFull
      this.#rotate()
    }
    return gapReason.diskFailed
  }

  #newJournal(at: LogTime): Journal {
    this.#journalRows = 0
    this.#journalDay = utcDay(at.wall)
    return new Journal(this.#directory, {
      kind: 'journal',
      number: this.#nextNumber++,
      hostId: this.#options.hostId,
      bootId: this.#options.bootId.replaceAll('-', ''),
      stream: this.#stream,
      firstSequence: this.#sequence,
      rowsBefore: this.#rowsWritten,
    })
  }

  #rotateWhenDue(at: LogTime): void {
    if (
      this.#journalRows >= limits.logJournalRowsMax ||
      (this.#journal && this.#journal.bytes >= limits.logJournalBytesMax) ||
      this.#journalDay !== utcDay(at.wall)
    )
      this.#rotate()
  }

  #rotate(): void {
    this.#journal?.close()
    this.#journal = undefined
  }
}

const utcDay = (time: HostTime) => Math.floor(time / 86_400_000)
