import { hostTime, type HostTime } from '../../model/quantity.ts'
import type { TimeRange } from '../../query/question.ts'

const minuteMs = 60_000
/** Lengths of a window; records come once an export period, which is 5 minutes usually. */
export const windowLengths = [1, 5, 15, 60, 360, 1440].map((minutes) => minutes * minuteMs)
const usualLength = 5 * minuteMs

/** Which time is shown: now, or a window of the past. */
export class TimeTravel {
  #length = usualLength
  /** End of the window, a multiple of its length; undefined: now. */
  #to: number | undefined
  /** Where what is recorded goes on no more: what lies before it is shown in place of now, all together. */
  end: HostTime | undefined

  /** The window; undefined while now is shown. */
  get range(): TimeRange | undefined {
    return this.#to === undefined
      ? undefined
      : { from: hostTime(this.#to - this.#length), to: hostTime(this.#to) }
  }

  /** The part of a query that says so. */
  get asked(): { readonly range?: TimeRange } {
    const { range } = this
    return range ? { range } : {}
  }

  get length(): number {
    return this.#length
  }

  /** The window of a moment, of the length that is shown. */
  windowAt(moment: HostTime): TimeRange {
    const from = this.#floor(moment)
    return { from: hostTime(from), to: hostTime(from + this.#length) }
  }

  /** So many windows on, or back where negative; past the last whole one it is now. */
  step(windows: number, now: HostTime): void {
    const last = this.#last(now)
    if (this.#to === undefined && windows > 0) return
    const to = (this.#to ?? last + this.#length) + windows * this.#length
    this.#to = to > last ? undefined : Math.max(this.#length, to)
  }

  /** The window in which a moment lies. */
  goTo(moment: HostTime, now: HostTime): void {
    this.#to = Math.min(this.#floor(moment) + this.#length, this.#last(now))
  }

  goLive(): void {
    this.#to = undefined
  }

  /** Longer or shorter windows, around the one that is shown. */
  resize(by: -1 | 1): void {
    const place = windowLengths.indexOf(this.#length) + by
    this.#length = windowLengths[place] ?? this.#length
    if (this.#to !== undefined) this.#to = Math.ceil(this.#to / this.#length) * this.#length
  }

  /**
   * So many windows with the one that is shown among them: the latest there are, or earlier ones by half their number,
   * so that a step does not move them. Undefined while now is shown.
   */
  around(windows: number, now: HostTime): TimeRange | undefined {
    if (this.#to === undefined) return undefined
    const last = this.#last(now)
    const half = Math.max(1, Math.floor(windows / 2))
    const back = Math.max(0, Math.floor((last - this.#to) / this.#length / half))
    const to = last - back * half * this.#length
    return { from: hostTime(Math.max(0, to - windows * this.#length)), to: hostTime(to) }
  }

  /** End of the last window: of a time that goes on, of the last whole one. */
  #last(now: HostTime): number {
    return this.end === undefined ? this.#floor(now) : this.#floor(this.end - 1) + this.#length
  }

  #floor(moment: number): number {
    return Math.floor(moment / this.#length) * this.#length
  }
}
