import { openFlowLog, type FlowLog } from '../log/flow-log.ts'
import type { LogTime } from '../log/log-time.ts'
import type { RetentionRules } from '../log/retention.ts'
import type { Loss } from '../model/capture-status.ts'
import type { FlowRecord } from '../model/flow.ts'
import { gapReason, type Gap } from '../model/gap.ts'
import { limits } from '../model/limits.ts'
import type { RecordingStatus, Retention } from '../model/live-message.ts'
import { hostTime, millis, type HostTime } from '../model/quantity.ts'
import type { Clocks } from './clock-watch.ts'
import type { RecorderConfig } from './config.ts'
import { leftOutBy, sumLeftOut } from './left-out.ts'
import { LossGaps } from './loss-gaps.ts'
import type { Privacy } from './privacy.ts'
import { RecorderError } from './recorder-error.ts'
import { tryFileLock } from './file-lock.ts'

/** Which host and boot the log's records are of. */
export interface LogIdentity {
  readonly hostId: string
  readonly bootId: string
}

const dayMs = 86_400_000

/**
 * Collects records as they fall due and writes them to the flow log once an export period: one frame of many rows
 * takes a twentieth of the bytes of many frames of one row.
 */
export class RecordLog {
  readonly #log: FlowLog
  readonly #directory: string
  readonly #since: Clocks
  readonly #losses: LossGaps
  #config: RecorderConfig
  #waiting: FlowRecord[] = []
  #gaps: Gap[] = []
  #writtenAt: Clocks
  /** What a flow sends after a write is after it, however old the flow's last record is. */
  #wholeUntil: HostTime
  #maintainedAt = millis(0)

  private constructor(log: FlowLog, directory: string, config: RecorderConfig, now: Clocks) {
    this.#log = log
    this.#directory = directory
    this.#config = config
    this.#since = now
    this.#writtenAt = now
    this.#wholeUntil = now.wall
    this.#losses = new LossGaps(now.wall)
  }

  /** Takes the log of `directory` for this process. @throws LogError */
  static open(
    directory: string,
    identity: LogIdentity,
    config: RecorderConfig,
    now: Clocks,
  ): RecordLog {
    const options = { ...identity, retention: rulesOf(config.retention), tryLock: tryFileLock }
    const log = openFlowLog(directory, options, logTime(now))
    return new RecordLog(log, directory, config, now)
  }

  adopt(config: RecorderConfig): void {
    this.#config = config
    this.#log.setRetention(rulesOf(config.retention))
  }

  take(records: readonly FlowRecord[], gaps: readonly Gap[]): void {
    this.#waiting = this.#waiting.concat(records)
    this.#gaps = this.#gaps.concat(gaps)
  }

  /**
   * By the monotonic clock: a wall clock that is set back must not stop the writing. `recordedUntil` is asked where
   * something is written: up to when records hold everything.
   */
  writeWhatIsDue(
    now: Clocks,
    lost: readonly Loss[],
    privacy: Privacy,
    recordedUntil = () => now.wall,
  ): void {
    const age = now.monotonic - this.#writtenAt.monotonic
    if (age < this.#config.exportTimer && this.#waiting.length < limits.recordsWaitingMax) return
    this.#write(now, lost, privacy, recordedUntil())
  }

  /** A step of sealing and of retention, between two drains of the kernel's ring. */
  maintain(now: Clocks): void {
    if (now.monotonic - this.#maintainedAt < limits.logMaintainEveryMs) return
    // While there is work, a step at each call; else there is little to look at every second.
    if (this.#log.maintain(logTime(now)).kind === 'idle') this.#maintainedAt = now.monotonic
  }

  /** Writes the last records and lets go of the log. @throws RecorderError where the disk does not take them */
  close(now: Clocks, lost: readonly Loss[], privacy: Privacy): void {
    this.#write(now, lost, privacy, now.wall)
    const outcome = this.#log.close(logTime(now))
    if (outcome.kind === 'written') return
    throw new RecorderError(
      'log',
      `${outcome.held} records could not be written: ${outcome.why}`,
      `See what is wrong with the disk of ${this.#directory}.`,
    )
  }

  /** What the log does not hold yet, as it would be written with these parts of flows. */
  unlogged(parts: readonly FlowRecord[], privacy: Privacy): readonly FlowRecord[] {
    return sumLeftOut([...this.#waiting, ...parts].map((record) => privacy.row(record)))
  }

  /** Why the log cannot be written to at present; '' where it can. */
  get trouble(): string {
    return this.#log.stats().trouble ?? ''
  }

  status(): RecordingStatus {
    const { stream, rowsWritten, bytesWritten, rowsHeld, lastWritten, gaps, ...troubles } =
      this.#log.stats()
    // What sampling leaves out is by the operator's wish, and said with the source.
    const told = [...gaps, ...this.#gaps].filter(({ reason }) => reason !== gapReason.sampled)
    return {
      since: this.#since.wall,
      run: stream,
      directory: this.#directory,
      records: rowsWritten,
      bytes: bytesWritten,
      waiting: this.#waiting.length + rowsHeld,
      writtenAt: lastWritten ?? hostTime(0),
      exportTimer: this.#config.exportTimer,
      retention: this.#config.retention,
      trouble: troubles.trouble ?? '',
      upkeepTrouble: troubles.upkeepTrouble ?? '',
      gaps: told.slice(-limits.gapsToldMax),
    }
  }

  #write(now: Clocks, lost: readonly Loss[], privacy: Privacy, recordedUntil: HostTime): void {
    const records = this.#waiting.map((record) => privacy.row(record))
    const sampledOut = records.filter(({ owner }) => owner === leftOutBy.sampling)
    const losses = this.#losses.since(now.wall, lost)
    const gaps = [...this.#gaps, ...losses, ...samplingGaps(sampledOut)]
    this.#wholeUntil = hostTime(Math.min(Math.max(this.#wholeUntil, recordedUntil), now.wall))
    const at = { ...logTime(now), wholeUntil: this.#wholeUntil }
    // What the disk does not take the log holds and counts; `status` says so.
    this.#log.append(sumLeftOut(records), gaps, at)
    this.#waiting = []
    this.#gaps = []
    this.#writtenAt = now
  }
}

/** Tells whoever reads the log later that what these records are of is not all there by name. */
function samplingGaps(leftOut: readonly FlowRecord[]): readonly Gap[] {
  if (leftOut.length === 0) return []
  let [from, to] = [Infinity, -Infinity]
  for (const { start, end } of leftOut) {
    from = Math.min(from, start, end)
    to = Math.max(to, start, end)
  }
  const count = leftOut.length
  return [{ from: hostTime(from), to: hostTime(to), reason: gapReason.sampled, count }]
}

const logTime = ({ wall, monotonic }: Clocks): LogTime => ({ wall, monotonic })

const rulesOf = ({ days, bytes, freeBytes }: Retention): RetentionRules => ({
  age: millis(days * dayMs),
  bytes,
  freeBytes,
})
