import type { CaptureSource } from '../capture/source.ts'
import { FlowTable } from '../flow-table/flow-table.ts'
import type { TimerRules } from '../flow-table/timer-rules.ts'
import type { CaptureStatus, Loss } from '../model/capture-status.ts'
import { limits } from '../model/limits.ts'
import type { RecorderStatus } from '../model/live-message.ts'
import { hostTime, type HostTime } from '../model/quantity.ts'
import type { FlowSample } from '../model/sample.ts'
import type { LiveWriter } from './live-writer.ts'

export interface RecorderOptions {
  readonly source: CaptureSource
  readonly reader: LiveWriter
  readonly timers: TimerRules
  readonly now: () => HostTime
}

/**
 * Runs samples through the flow table and sends what changed to the reader, tick by tick. Live only: the records
 * that fall due are let go, for there is no log to keep them.
 */
export class Recorder {
  readonly #source: CaptureSource
  readonly #reader: LiveWriter
  readonly #now: () => HostTime
  readonly #table: FlowTable
  readonly #observe = (sample: FlowSample) => this.#table.observe(sample)
  /** Rows were dropped while the reader was behind: it needs all live ones again. */
  #snapshotDue = false
  #endedUnseen: Loss = { reason: 'reader-behind', count: 0, last: hostTime(0) }

  constructor({ source, reader, timers, now }: RecorderOptions) {
    this.#source = source
    this.#reader = reader
    this.#now = now
    this.#table = new FlowTable(timers)
  }

  /** Takes what ended, so that the kernel's ring stays short. Every 100 ms. */
  drain(): void {
    this.#source.drain(this.#observe)
  }

  /** A whole tick: every second, and once at the start for the baselines. */
  tick(): void {
    this.#source.drain(this.#observe)
    this.#source.poll(this.#observe)
    const now = this.#now()
    this.#table.takeDue(now)
    if (this.#reader.behind) return this.#wait(now)
    const changes = this.#table.takeChanges()
    if (this.#snapshotDue) {
      this.#reader.send({ kind: 'reset' })
      this.#reader.sendFlows(this.#table.rows())
      this.#reader.sendFlows(changes.filter((row) => row.endReason !== 'open'))
      this.#snapshotDue = false
    } else {
      this.#reader.sendFlows(changes)
    }
    this.#reader.send({ kind: 'status', status: this.#status(now) })
  }

  /** The table keeps what changed until the reader comes back, but only so many ended flows. */
  #wait(now: HostTime): void {
    const unseen = this.#table.endedUntaken
    if (unseen < limits.endedFlowsMax) return
    this.#table.dropChanges()
    this.#snapshotDue = true
    this.#endedUnseen = {
      ...this.#endedUnseen,
      count: this.#endedUnseen.count + unseen,
      last: now,
    }
  }

  #status(now: HostTime): RecorderStatus {
    const { user, system } = process.cpuUsage()
    return {
      at: now,
      capture: this.#captureStatus(),
      liveFlows: this.#table.liveFlows,
      cpuMs: (user + system) / 1000,
      rssBytes: process.memoryUsage.rss(),
    }
  }

  /** The source's own losses, and those that happened behind it. */
  #captureStatus(): CaptureStatus {
    const status = this.#source.status()
    const ours = [{ reason: 'flow-table-full', ...this.#table.evicted }, this.#endedUnseen]
    return { ...status, lost: [...status.lost, ...ours.filter(({ count }) => count > 0)] }
  }
}
