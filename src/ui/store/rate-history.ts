import { screenLimits } from '../../model/screen-limits.ts'

/** The last rates of one row, oldest first. */
export interface History {
  /** At most the last `count` rates. */
  last(count: number): readonly number[]
}

/** In a ring of fixed size. */
export class RateHistory implements History {
  readonly #ring = new Float32Array(screenLimits.rateHistoryLength)
  #pushed = 0

  push(rate: number): void {
    this.#ring[this.#pushed % this.#ring.length] = rate
    this.#pushed += 1
  }

  last(count: number): readonly number[] {
    const kept = Math.min(count, this.#pushed, this.#ring.length)
    return Array.from(
      { length: kept },
      (_, i) => this.#ring[(this.#pushed - kept + i) % this.#ring.length]!,
    )
  }
}

/** Of rows together; added up when it is looked at, because most rows of a long table never are. */
export function sumOfHistories(histories: readonly History[]): History | undefined {
  const [first, ...others] = histories
  if (!first || others.length === 0) return first
  return {
    last(count) {
      const all = histories.map((history) => history.last(count))
      const length = Math.max(...all.map(({ length }) => length))
      return Array.from({ length }, (_, i) =>
        // The latest of each is of the same moment; a row that came later was at rest before.
        all.reduce((sum, rates) => sum + (rates[i - length + rates.length] ?? 0), 0),
      )
    },
  }
}
