import type { HostTime } from '../../model/quantity.ts'
import { RateHistory, type History } from './rate-history.ts'

interface Counted {
  readonly txBytes: number
  readonly rxBytes: number
}

/** Bytes a second over the last two answers; undefined before there are two. */
export interface Rates {
  readonly txRate: number | undefined
  readonly rxRate: number | undefined
  /** The rates of the last answers; undefined before there is one. */
  readonly history: History | undefined
}

/** The time over which an answer counts. */
interface CountedTime {
  readonly from: HostTime
  readonly to: HostTime
}

interface Seen extends Counted, Rates {
  readonly history: RateHistory | undefined
}

/** How rows that were not in the last answer are counted. */
export interface Newcomers<Row> {
  /** The question was another: they may have been there before. */
  readonly wereAsked: boolean
  /** Rates that are known otherwise. */
  readonly ratesOf?: (row: Row) => { readonly tx: number; readonly rx: number } | undefined
}

/**
 * Rates as differences of successive answers, whose counters only grow. What is new in an answer has all its
 * bytes in the time since the last one: it was not there before, if it had been asked for.
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
    newcomers: Newcomers<Row> = { wereAsked: true },
  ): readonly Rates[] {
    if (this.#last && this.#last.from !== time.from) this.forget()
    const elapsedSeconds = this.#last && (time.to - this.#last.to) / 1000
    const isSameTime = elapsedSeconds === undefined || elapsedSeconds <= 0
    // Of one time there may be answers to several questions: a row that is in one of them is known.
    const seen = isSameTime ? this.#seen : new Map<Id, Seen>()
    const rates = rows.map((row) => {
      const id = idOf(row)
      const before = this.#seen.get(id)
      const now =
        isSameTime || (!before && !newcomers.wereAsked)
          ? (before ?? unmeasured(row, newcomers))
          : measured(before, row, elapsedSeconds)
      seen.set(id, now)
      return now
    })
    this.#seen = seen
    this.#last = { from: time.from, to: time.to }
    return rates
  }

  forget(): void {
    this.#last = undefined
    this.#seen = new Map()
  }
}

function unmeasured<Row extends Counted>(row: Row, { ratesOf }: Newcomers<Row>): Seen {
  const { txBytes, rxBytes } = row
  const known = ratesOf?.(row)
  return { txBytes, rxBytes, txRate: known?.tx, rxRate: known?.rx, history: undefined }
}

function measured(last: Seen | undefined, now: Counted, seconds: number): Seen {
  const { txBytes, rxBytes } = now
  // A group's counters fall where a flow of it goes over to another process.
  const rate = (bytes: number, before: number) => Math.max(0, bytes - before) / seconds
  const txRate = rate(txBytes, last?.txBytes ?? 0)
  const rxRate = rate(rxBytes, last?.rxBytes ?? 0)
  const history = historyOf(last?.history, txRate + rxRate)
  return { txBytes, rxBytes, txRate, rxRate, history }
}

/** Rows that have never moved anything have none: most of 50,000 open flows are at rest. */
function historyOf(history: RateHistory | undefined, rate: number): RateHistory | undefined {
  if (!history && rate === 0) return undefined
  const kept = history ?? new RateHistory()
  kept.push(rate)
  return kept
}
