import { screenLimits } from '../../model/screen-limits.ts'
import type { HostRates } from './host-rates.ts'

/** Means over equal stretches of time, the latest last; undefined where nothing is known of one. */
export interface CourseBins {
  readonly tx: readonly (number | undefined)[]
  readonly rx: readonly (number | undefined)[]
}

const { courseLength, coursesKept } = screenLimits

/** What some flows sent and received together in the last minutes, in bytes a second, answer by answer. */
export class HostCourse {
  readonly #times = new Float64Array(courseLength)
  readonly #tx = new Float64Array(courseLength)
  readonly #rx = new Float64Array(courseLength)
  #count = 0

  /** Of an answer of the time `to`, in ms; of one time it counts once. */
  add(to: number, { tx, rx }: HostRates): void {
    if (this.#count > 0 && this.#times[(this.#count - 1) % courseLength]! >= to) return
    const at = this.#count++ % courseLength
    this.#times[at] = to
    this.#tx[at] = tx
    this.#rx[at] = rx
  }

  /** Time of the first answer that is kept; undefined before there is one. */
  get since(): number | undefined {
    if (this.#count === 0) return undefined
    return this.#times[this.#count > courseLength ? this.#count % courseLength : 0]
  }

  /** The last `count` stretches of `binMs` up to the time `to`; they begin at multiples of it, so that means stay as they are. */
  bins(to: number, count: number, binMs: number): CourseBins {
    const last = Math.floor(to / binMs)
    const sums = { tx: new Float64Array(count), rx: new Float64Array(count) }
    const answers = new Uint32Array(count)
    for (let i = Math.max(0, this.#count - courseLength); i < this.#count; i++) {
      const at = i % courseLength
      const bin = count - 1 - (last - Math.floor(this.#times[at]! / binMs))
      if (bin < 0 || this.#times[at]! > to) continue
      sums.tx[bin]! += this.#tx[at]!
      sums.rx[bin]! += this.#rx[at]!
      answers[bin]! += 1
    }
    const means = (of: Float64Array) =>
      Array.from(of, (sum, bin) => (answers[bin] ? sum / answers[bin] : undefined))
    return { tx: means(sums.tx), rx: means(sums.rx) }
  }
}

/** The courses of what was looked at, by what was asked for; of many questions those of the latest. */
export class HostCourses {
  readonly #courses = new Map<string, HostCourse>()

  of(asked: string): HostCourse {
    const course = this.#courses.get(asked) ?? new HostCourse()
    this.#courses.delete(asked)
    this.#courses.set(asked, course)
    for (const oldest of this.#courses.keys()) {
      if (this.#courses.size <= coursesKept) break
      this.#courses.delete(oldest)
    }
    return course
  }

  forget(): void {
    this.#courses.clear()
  }
}
