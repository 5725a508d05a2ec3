import { randomBytes } from 'node:crypto'
import type { FlowRecord } from '../model/flow.ts'
import { gapReason, type Gap } from '../model/gap.ts'
import { limits } from '../model/limits.ts'
import { hostTime, type HostTime } from '../model/quantity.ts'
import type { AppendOutcome, LogTrouble } from './append-outcome.ts'
import { isCrashLoop } from './crash-loop.ts'
import { gapOf, HeldBatches, type Taken } from './held-batches.ts'
import type { FileHeader } from './file-header.ts'
import { stillMissing, type LastWords } from './last-words.ts'
import { Journal } from './journal.ts'
import { LogDirectory } from './log-directory.ts'
import { logErrorOf } from './log-error.ts'
import type { LogTime } from './log-time.ts'
import { recover, type Recovered } from './recover.ts'
import type { RetentionRules } from './retention.ts'
import { Upkeep, type MaintainOutcome, type WriterPlace } from './upkeep.ts'
import { WriterLock, type TryLock } from './writer-lock.ts'
import type { WriterStats } from './writer-stats.ts'

export interface FlowLogOptions {
  /** 32 hexadecimal digits, as in /etc/machine-id. */
  readonly hostId: string
  /** As in /proc/sys/kernel/random/boot_id. */
  readonly bootId: string
  readonly retention: RetentionRules
  readonly tryLock: TryLock
}

/**
 * Opens the log in `directory` for the one writer that it may have, and repairs what a crash left. Throws `LogError`.
 * The directory must be there: one that was made here would hide a disk that is not mounted.
 */
export function openFlowLog(directory: string, options: FlowLogOptions, at: LogTime): FlowLog {
  const opened = new LogDirectory(directory)
  try {
    const lock = WriterLock.take(opened, options.tryLock)
    try {
      return new FlowLog(opened, lock, options, recover(opened), at)
    } catch (error) {
      lock.release()
      throw error
    }
  } catch (error) {
    opened.close()
    throw logErrorOf(directory, error)
  }
}

/** The writing end of the flow log. Every call that touches the disk blocks until the disk is done. */
export class FlowLog {
  readonly #directory: LogDirectory
  readonly #lock: WriterLock
  readonly #options: FlowLogOptions
  readonly #stream = randomBytes(4).readUInt32LE()
  readonly #held = new HeldBatches()
  readonly #upkeep: Upkeep
  readonly #since: HostTime
  /** Monotonic; nothing is written before. */
  #writesFrom: number
  /** Where the log's end was at the start, or where it is to begin. */
  readonly #missingSince: HostTime
  /** Rows that come next ended since then. */
  #appendedAt: HostTime
  #journal: Journal | undefined
  #nextNumber: number
  #sequence = 0
  #rowsWritten = 0
  #bytesWritten = 0
  #rowsDropped = 0
  #trouble: LogTrouble | undefined
  #lastWritten: LogTime | undefined

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
    this.#upkeep = new Upkeep(directory, options.retention)
    this.#nextNumber = recovered.nextNumber
    this.#since = at.wall
    this.#writesFrom = isCrashLoop(directory, at) ? at.monotonic + limits.logSteadyMs : -Infinity
    this.#appendedAt = at.wall
    const { end, tornRows } = recovered
    const inherited = stillMissing(lock.words, end)
    for (const gap of inherited) this.#held.addGap(gap)
    const missingSince = hostTime(Math.min(end?.writtenAt ?? lock.words.since, at.wall))
    this.#missingSince = missingSince
    // They stay until the log has them: a start that is killed at once must not forget them.
    this.#leave({ gaps: inherited, rows: [] })
    const down = { from: missingSince, to: at.wall, reason: gapReason.recorderDown }
    if (missingSince < at.wall || end) this.#held.addGap({ ...down, count: tornRows })
  }

  /** Puts records and gaps on disk before it returns, or says why not. With neither it writes once a minute, so that
   *  a crash is dated well. */
  append(records: readonly FlowRecord[], gaps: readonly Gap[], at: LogTime): AppendOutcome {
    for (const gap of gaps) this.#held.addGap(gap)
    const dropped = this.#hold(records, at)
    const since = this.#appendedAt
    this.#appendedAt = at.wall
    const isQuiet = at.monotonic - (this.#lastWritten?.monotonic ?? -Infinity) < limits.logQuietMs
    if (this.#held.isEmpty && isQuiet) return { kind: 'written', rows: 0, bytes: 0 }
    const outcome = this.#flush(at)
    if (dropped === 0) return outcome
    const why = this.#trouble ?? gapReason.diskFull
    this.#held.addGap(gapOf(records.slice(-dropped), why, [since, at.wall]))
    this.#rowsDropped += dropped
    return { kind: 'dropped', rows: dropped, held: this.#held.rows, why }
  }

  /** One step of the work that can wait: call it between appends, a few times a second while it returns something
   *  other than `idle`. Most steps take 20 ms, to write a block some 0.1 s. */
  maintain(at: LogTime): MaintainOutcome {
    this.#rotateWhenDue(at)
    return this.#upkeep.step(at, this.#place())
  }

  /** For a config that was read again; the next `maintain` keeps to it. */
  setRetention(rules: RetentionRules): void {
    this.#upkeep.rules = rules
  }

  stats(): WriterStats {
    return {
      stream: this.#stream,
      since: this.#since,
      rowsWritten: this.#rowsWritten,
      bytesWritten: this.#bytesWritten,
      rowsHeld: this.#held.rows,
      rowsDropped: this.#rowsDropped,
      trouble: this.#trouble,
      upkeepTrouble: this.#upkeep.trouble,
      lastWritten: this.#lastWritten?.wall,
      gaps: this.#held.gapsSoFar,
    }
  }

  /** Writes what is held, once more and for the last time, and lets the next writer in. */
  close(at: LogTime): AppendOutcome {
    this.#writesFrom = -Infinity
    const outcome = this.#flush(at)
    this.#rotate()
    this.#upkeep.close()
    this.#directory.close()
    this.#lock.release()
    return outcome
  }

  /** Returns how many rows found no place; none while the disk takes what fills the memory. */
  #hold(records: readonly FlowRecord[], at: LogTime): number {
    for (let start = 0; start < records.length; start += limits.blockRowsMax) {
      if (this.#held.isFull) this.#flush(at)
      if (this.#held.isFull) return records.length - start
      this.#held.add(records.slice(start, start + limits.blockRowsMax), at)
    }
    return 0
  }

  #flush(at: LogTime): AppendOutcome {
    const outcome = this.#writeHeld(at)
    this.#leave(outcome.kind === 'held' ? this.#held.asGaps(outcome.why) : { gaps: [], rows: [] })
    return outcome
  }

  /** What is missing from the log if this process ends now. */
  #leave(missing: Pick<LastWords, 'gaps' | 'rows'>): void {
    // Nothing missing: also without a place, or each append would write to the lock file too.
    const isNothing = missing.gaps.length + missing.rows.length === 0
    const [sequence, rowsBefore] = isNothing ? [0, 0] : [this.#sequence, this.#rowsWritten]
    const next = { stream: this.#stream, sequence, rowsBefore }
    this.#lock.leave({ since: this.#missingSince, next, ...missing })
  }

  #writeHeld(at: LogTime): Exclude<AppendOutcome, { kind: 'dropped' }> {
    if (at.monotonic < this.#writesFrom) {
      this.#trouble = gapReason.restarting
      return { kind: 'held', held: this.#held.rows, why: this.#trouble }
    }
    this.#rotateWhenDue(at)
    let rows = 0
    let bytes = 0
    do {
      const taken = this.#held.take(this.#sequence, this.#rowsWritten, this.#stream, at)
      const trouble = this.#directory.isThere ? this.#write(taken, at) : gapReason.directoryGone
      this.#trouble = trouble
      if (trouble) return { kind: 'held', held: this.#held.rows, why: trouble }
      this.#held.settle(taken)
      this.#sequence += taken.frames.length
      this.#rowsWritten += taken.rows
      this.#bytesWritten += taken.bytes
      this.#lastWritten = at
      rows += taken.rows
      bytes += taken.bytes
    } while (!this.#held.isEmpty)
    return { kind: 'written', rows, bytes }
  }

  /** Once more in a new file where the journal fails. */
  #write(taken: Taken, at: LogTime): LogTrouble | undefined {
    for (let tries = 0; tries < 2; tries++) {
      this.#journal ??= this.#newJournal(at)
      const outcome = this.#journal.append(taken.frames, taken.rows)
      if (outcome.kind === 'synced') return undefined
      if (outcome.kind === 'full') {
        this.#upkeep.makeRoom(at, this.#place(), this.#trouble !== gapReason.diskFull)
        return gapReason.diskFull
      }
      this.#rotate()
    }
    return gapReason.diskFailed
  }

  #place(): WriterPlace {
    return {
      stream: this.#stream,
      number: this.#journal?.number ?? this.#nextNumber,
      after: { sequence: this.#sequence, rowsBefore: this.#rowsWritten },
    }
  }

  #newJournal(at: LogTime): Journal {
    const header: FileHeader = {
      kind: 'journal',
      number: this.#nextNumber++,
      hostId: this.#options.hostId,
      bootId: this.#options.bootId.replaceAll('-', ''),
      stream: this.#stream,
      firstSequence: this.#sequence,
      rowsBefore: this.#rowsWritten,
    }
    return new Journal(this.#directory, header, at)
  }

  #rotateWhenDue(at: LogTime): void {
    if (this.#journal?.isDue(at, this.#upkeep.rules.bytes / limits.logJournalShare)) this.#rotate()
  }

  #rotate(): void {
    this.#journal?.close()
    this.#journal = undefined
  }
}
