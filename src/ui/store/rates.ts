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
      const now = ratesSince(this.#seen.get(id), row, elapsedSeconds)
      seen.set(id, { txBytes: row.txBytes, rxBytes: row.rxBytes, ...now })
      return now
    })
    this.#seen = seen
    this.#at = at
    return rates
  }
}

const unknown: Rates = { txRate: undefined, rxRate: undefined }

function ratesSince(last: Seen | undefined, now: Counted, seconds: number | undefined): Rates {
  if (seconds === undefined) return unknown
  if (seconds <= 0) return last ?? unknown
  // A recorder that was started anew counts from zero; a rate below zero would be nonsense.
  const rate = (to: number, from: number) => Math.max(0, to - from) / seconds
  return {
    txRate: rate(now.txBytes, last?.txBytes ?? 0),
    rxRate: rate(now.rxBytes, last?.rxBytes ?? 0),
  }
}
