import { screenLimits } from '../../model/screen-limits.ts'

/** The last rates of one row, oldest first, in a ring of fixed size. */
export class RateHistory {
  readonly #ring = new Float32Array(screenLimits.rateHistoryLength)
  #pushed = 0

  push(rate: number): void {
    this.#ring[this.#pushed % this.#ring.length] = rate
    this.#pushed += 1
  }

  /** At most the last `count` rates. */
  last(count: number): readonly number[] {
    const kept = Math.min(count, this.#pushed, this.#ring.length)
    return Array.from(
      { length: kept },
      (_, i) => this.#ring[(this.#pushed - kept + i) % this.#ring.length]!,
    )
  }
}
