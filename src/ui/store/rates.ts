import type { HostTime } from '../../model/quantity.ts'

interface Counted {
  readonly txBytes: number
  readonly rxBytes: number
}

/** Bytes a second over the last two answers; undefined before there are two. */
export interface Rates {
  readonly txRate: number | undefined
  readonly rxRate: number | undefined
}

interface Seen extends Counted, Rates {}

/**
 * Rates as differences of successive answers, whose counters only grow. What is new in an answer has all its
 * bytes in the time since the last one: it was not there before.
 */
export class RateTracker<Id> {
  #seen = new Map<Id, Seen>()
  #at: HostTime | undefined

  /** Rates of all rows of an answer at `at`; an answer of the same time as the last changes no rate. */
  next<Row extends Counted>(
    at: HostTime,
    rows: readonly Row[],
    idOf: (row: Row) => Id,
  ): readonly Rates[] {
    const elapsedSeconds = this.#at === undefined ? undefined : (at - this.#at) / 1000
    const seen = new Map<Id, Seen>()
    const rates = rows.map((row) => {
      const id = idOf(row)
      const now = seenNow(this.#seen.get(id), row, elapsedSeconds)
      seen.set(id, now)
      return now
    })
    this.#seen = seen
    this.#at = at
    return rates
  }
}

function seenNow(last: Seen | undefined, now: Counted, seconds: number | undefined): Seen {
  const { txBytes, rxBytes } = now
  if (seconds === undefined || seconds <= 0)
    return last ?? { txBytes, rxBytes, txRate: undefined, rxRate: undefined }
  // Counters fall only where a recorder was started anew; a rate below zero would be nonsense.
  const rate = (bytes: number, before: number) => Math.max(0, bytes - before) / seconds
  return {
    txBytes,
    rxBytes,
    txRate: rate(txBytes, last?.txBytes ?? 0),
    rxRate: rate(rxBytes, last?.rxBytes ?? 0),
  }
}
