import { seconds } from '../../model/quantity.ts'
import type { FlowLife } from './flow-life.ts'
import { SecondCounts } from './second-counts.ts'

/** The recorder's own, after which a silent flow has ended. */
export const idleTimeout = seconds(90)
/** Of a flow in the recorder's table, without its strings (`npm run bench -- table`). */
export const flowBytes = 255
/** Of a record in a sealed flow log (`npm run bench -- record`). */
export const recordBytes = 20
/** Export timers that are compared, in seconds. */
export const exportTimers = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800] as const

export interface FlowRates {
  /** First to last sign of any flow; at least a second. */
  readonly seconds: number
  readonly flows: number
  /** Flows that begin in a second. */
  readonly mean: number
  readonly max: number
  /** Flows that a table holds at once, each until it has ended or is idle for long enough. */
  readonly liveMax: number
  readonly tableBytes: number
}

export interface TimerLoad {
  readonly seconds: number
  readonly records: number
  readonly recordsPerSecond: number
  readonly bytesPerSecond: number
}

/** What flows cost whoever records them; of many hosts it is the sum of theirs. */
export class FlowLoad {
  readonly #begun = new SecondCounts()
  /** One more, one less. */
  readonly #live = new SecondCounts()
  readonly #records = exportTimers.map(() => 0)
  #flows = 0
  #first = Infinity
  #last = -Infinity

  add(life: FlowLife): void {
    const start = Math.floor(life.start / 1000)
    this.#first = Math.min(this.#first, life.start)
    this.#last = Math.max(this.#last, life.end)
    this.#flows += 1
    if (life.began) this.#begun.add(start, 1)
    const gone = life.end + (life.ended ? 0 : idleTimeout)
    this.#live.add(start, 1)
    this.#live.add(Math.floor(gone / 1000) + 1, -1)
    const duration = Math.max(0, life.end - life.start)
    for (const [i, timer] of exportTimers.entries())
      this.#records[i]! += Math.floor(duration / seconds(timer)) + 1
  }

  addAll(other: FlowLoad): void {
    this.#begun.addAll(other.#begun)
    this.#live.addAll(other.#live)
    for (const [i, records] of other.#records.entries()) this.#records[i]! += records
    this.#flows += other.#flows
    this.#first = Math.min(this.#first, other.#first)
    this.#last = Math.max(this.#last, other.#last)
  }

  rates(): FlowRates {
    const begun = [...this.#begun.entries()].reduce((sum, [, count]) => sum + count, 0)
    const liveMax = this.#live.largestSum
    return {
      seconds: this.#seconds,
      flows: this.#flows,
      mean: begun / this.#seconds,
      max: this.#begun.largest,
      liveMax,
      tableBytes: liveMax * flowBytes,
    }
  }

  /** What is written at each of the export timers, at most: a flow that is silent for a period writes nothing then. */
  timers(): readonly TimerLoad[] {
    return exportTimers.map((timer, i) => {
      const records = this.#records[i]!
      const recordsPerSecond = records / this.#seconds
      return {
        seconds: timer,
        records,
        recordsPerSecond,
        bytesPerSecond: recordsPerSecond * recordBytes,
      }
    })
  }

  get #seconds(): number {
    return Math.max(1, (this.#last - this.#first) / 1000 || 0)
  }
}
