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

/** The time over which an answer counts. */
interface CountedTime {
  readonly from: HostTime
  readonly to: HostTime
}

interface Seen extends Counted, Rates {}

/**
 * Rates as differences of successive answers, whose counters only grow. What is new in an answer has all its
 * bytes in the time since the last one: it was not there before.
 */
export class RateTracker<Id> {
  #seen = new Map<Id, Seen>()
  #last: CountedTime | undefined

  /**
   * Rates of all rows of an answer; an answer of the same time as the last changes no rate. One that counts from
   * another time is of another run of the recorder, where the same id is another flow: no rate joins the two.
   */
  next<Row extends Counted>(
    time: CountedTime,
    rows: readonly Row[],
    idOf: (row: Row) => Id,
  ): readonly Rates[] {
    if (this.#last && this.#last.from !== time.from) {
      this.#last = undefined
      this.#seen = new Map()
    }
    const elapsedSeconds = this.#last && (time.to - this.#last.to) / 1000
    const seen = new Map<Id, Seen>()
    const rates = rows.map((row) => {
      const id = idOf(row)
      const now = seenNow(this.#seen.get(id), row, elapsedSeconds)
      seen.set(id, now)
      return now
    })
    this.#seen = seen
    this.#last = { from: time.from, to: time.to }
    return rates
  }
}

function seenNow(last: Seen | undefined, now: Counted, seconds: number | undefined): Seen {
  const { txBytes, rxBytes } = now
  if (seconds === undefined || seconds <= 0)
    return last ?? { txBytes, rxBytes, txRate: undefined, rxRate: undefined }
  // A group's counters fall where a flow of it goes over to another process.
  const rate = (bytes: number, before: number) => Math.max(0, bytes - before) / seconds
  return {
    txBytes,
    rxBytes,
    txRate: rate(txBytes, last?.txBytes ?? 0),
    rxRate: rate(rxBytes, last?.rxBytes ?? 0),
  }
}
