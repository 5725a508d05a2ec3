import type { CaptureSource } from '../capture/source.ts'
import { FlowTable } from '../flow-table/flow-table.ts'
import type { TimerRules } from '../flow-table/timer-rules.ts'
import type { CaptureStatus, Loss } from '../model/capture-status.ts'
import type { RecorderStatus } from '../model/live-message.ts'
import type { FlowSample } from '../model/sample.ts'
import { ClockWatch, type Clocks } from './clock-watch.ts'
import type { LiveReaders, Tick } from './live-readers.ts'
import type { LiveWriter } from './live-writer.ts'
import { noPrivacy, type Privacy } from './privacy.ts'
import type { RecordLog } from './record-log.ts'
import { sampledCapture } from './sampling.ts'

export interface RecorderOptions {
  readonly source: CaptureSource
  readonly readers: LiveReaders
  readonly timers: TimerRules
  readonly clocks: () => Clocks
  /** None: live only, the records that fall due are let go. */
  readonly log?: RecordLog
  readonly privacy?: Privacy
}

/**
 * Runs samples through the flow table, tick by tick: what changed goes to the readers, what is due to the log.
 */
export class Recorder {
  readonly #source: CaptureSource
  readonly #readers: LiveReaders
  readonly #clocks: () => Clocks
  readonly #log: RecordLog | undefined
  readonly #watch: ClockWatch
  readonly #table: FlowTable
  readonly #observe = (sample: FlowSample) => this.#table.observe(sample)
  #privacy: Privacy
  /** When the counters were last read; undefined before the first tick. */
  #counted: Clocks | undefined

  constructor({ source, readers, timers, clocks, log, privacy }: RecorderOptions) {
    this.#source = source
    this.#readers = readers
    this.#clocks = clocks
    this.#log = log
    this.#privacy = privacy ?? noPrivacy
    this.#watch = new ClockWatch(clocks())
    this.#table = new FlowTable(timers)
  }

  /** For a config that was read again. */
  adopt(timers: TimerRules, privacy: Privacy): void {
    this.#table.setTimers(timers)
    this.#privacy = privacy
  }

  /** A reader that has come. It gets at once what is live, as of the last tick: a later time would make its first rates too high. */
  attach(reader: LiveWriter): void {
    this.#readers.attach(reader, this.#counted && this.#tell(this.#counted, []))
  }

  /** Takes what ended, so that the kernel's ring stays short. Every 100 ms. */
  drain(): void {
    this.#source.drain(this.#observe)
    this.#log?.maintain(this.#clocks())
  }

  /** A whole tick: every second, and once at the start for the baselines. */
  tick(): void {
    // Before the clocks are compared: the source still dates by the old clock what ended before the step.
    this.#source.drain(this.#observe)
    const clocks = this.#clocks()
    const { step, gaps } = this.#watch.look(clocks)
    if (step !== 0) this.#table.shiftTimes(step)
    this.#source.poll(this.#observe)
    this.#counted = this.#clocks()
    if (this.#log) {
      this.#log.take(this.#table.takeDue(clocks.wall), gaps)
      const recordedUntil = () => this.#table.recordedUntil(clocks.wall)
      this.#log.writeWhatIsDue(clocks, this.#lost(), this.#privacy, recordedUntil)
    } else {
      this.#table.dropDue(clocks.wall)
    }
    if (this.#readers.count === 0) return this.#table.dropChanges()
    const changes = this.#table.takeChanges().map((row) => this.#privacy.row(row))
    this.#readers.tell(this.#tell(this.#counted, changes))
  }

  /** Ends all flows and writes their last records. @throws RecorderError where the disk does not take them */
  stop(): void {
    this.#source.drain(this.#observe)
    this.#source.poll(this.#observe)
    this.#table.endAll()
    const clocks = this.#clocks()
    this.#log?.take(this.#table.takeDue(clocks.wall), [])
    this.#log?.close(clocks, this.#lost(), this.#privacy)
  }

  #tell(clocks: Clocks, changes: Tick['changes']): Tick {
    return {
      status: this.#status(clocks),
      changes,
      rows: () => this.#table.rows().map((row) => this.#privacy.row(row)),
      waiting: () => this.#log?.unlogged(this.#table.unexported(), this.#privacy) ?? [],
    }
  }

  #status({ wall }: Clocks): RecorderStatus {
    const { user, system } = process.cpuUsage()
    const seen: CaptureStatus = { ...this.#source.status(), lost: this.#lost() }
    return {
      at: wall,
      capture: sampledCapture(seen, this.#privacy.oneIn),
      liveFlows: this.#table.liveFlows,
      cpuMs: (user + system) / 1000,
      rssBytes: process.memoryUsage.rss(),
      recording: this.#log?.status(),
    }
  }

  /** The source's own losses, and those that happened behind it. */
  #lost(): readonly Loss[] {
    const ours = [{ reason: 'flow-table-full', ...this.#table.evicted }]
    return [...this.#source.status().lost, ...ours.filter(({ count }) => count > 0)]
  }
}
