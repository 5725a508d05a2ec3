import { screenLimits } from '../../model/screen-limits.ts'

/** The rates of one row, or of rows together, in the last answers, oldest first. */
export interface History {
  /** At most the last `count` rates. */
  last(count: number): readonly number[]
  /** The same as it is now, for good: of a screen that is paused. */
  stilled(): History
}

/** Counts the answers, one for all rows: a row at rest is not touched. */
export interface AnswerCount {
  readonly answers: number
}

const { rateHistoryLength } = screenLimits

/** Of one row, in a ring of fixed size. */
export class RateHistory implements History {
  readonly #count: AnswerCount
  /** Answers before its first. */
  #first: number | undefined
  readonly #ring = new Float32Array(rateHistoryLength)
  /** Answers up to which the ring is written; the row was at rest since. */
  #written = 0

  /** Begins with the first rate that is told; or as `like` is. */
  constructor(count: AnswerCount, like?: RateHistory) {
    this.#count = count
    if (!like) return
    this.#first = like.#first
    this.#written = like.#written
    this.#ring.set(like.#ring)
  }

  /** Begins with the rates that another had in the answers up to now. */
  static after(count: AnswerCount, before: History): RateHistory {
    const history = new RateHistory(count)
    const rates = before.last(Math.min(rateHistoryLength, count.answers))
    history.#first = count.answers - rates.length
    history.#written = count.answers
    for (const [i, rate] of rates.entries())
      history.#ring[(history.#first + i) % rateHistoryLength] = rate
    return history
  }

  /** The rate in the answer that is counted now; of answers that are passed over it was 0. */
  push(rate: number): void {
    const { answers } = this.#count
    this.#first ??= answers - 1
    const before = Math.max(this.#first, this.#written, answers - rateHistoryLength)
    for (let i = before; i < answers - 1; i++) this.#ring[i % rateHistoryLength] = 0
    this.#ring[(answers - 1) % rateHistoryLength] = rate
    this.#written = answers
  }

  last(count: number): readonly number[] {
    const { answers } = this.#count
    const kept = Math.min(count, answers - (this.#first ?? answers), rateHistoryLength)
    return Array.from({ length: kept }, (_, i) => {
      const at = answers - kept + i
      return at < this.#written ? this.#ring[at % rateHistoryLength]! : 0
    })
  }

  stilled(): RateHistory {
    return new RateHistory({ answers: this.#count.answers }, this)
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
    stilled: () => sumOfHistories(histories.map((history) => history.stilled()))!,
  }
}
