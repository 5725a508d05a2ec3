import { screenLimits } from '../../model/screen-limits.ts'
import type { HostTime } from '../../model/quantity.ts'
import { RateHistory, type History } from './rate-history.ts'

interface Counted {
  readonly txBytes: number
  readonly rxBytes: number
  /** Of flows; 0 where there is none. */
  readonly rttUs?: number
}

/** Bytes a second over the last two answers; undefined before there are two. */
export interface Rates {
  readonly txRate: number | undefined
  readonly rxRate: number | undefined
  /** The rates of the last answers; undefined before there is one. */
  readonly history: History | undefined
  /** Round trips in us of the last answers in which something moved, 0 of others; undefined where none was told. */
  readonly rtts?: History | undefined
}

/** The time over which an answer counts. */
interface CountedTime {
  readonly from: HostTime
  readonly to: HostTime
}

/** What the last answer said of a row. */
export interface Seen<Record, Row> {
  counted: Record
  /** The same when its rates were measured: answers of one time may differ a little. */
  measured: Record
  txRate: number | undefined
  rxRate: number | undefined
  history: RateHistory | undefined
  rtts: RateHistory | undefined
  /** What was made of all this; undefined where it must be made anew. */
  row: Row | undefined
  /** The last answer that the row was in. */
  answer: number
}

/** How rows are counted that are not just one period older than in the last answer. */
export interface Counting<Row> {
  /** Of rows that were not in it. False: the question was another, they may have been there before. */
  readonly wereAsked: boolean
  /** Rates of those, and their course, that are known otherwise. */
  readonly ratesOf?: (row: Row) => Rates | undefined
  /**
   * Where many answer as one, the time in seconds in which a row's own host counted since its last answer, by the row's
   * place: 0 where it has told nothing since, undefined where nothing joins the two.
   */
  readonly secondsAt?: (place: number) => number | undefined
  /** These are the rates of all rows of every answer: what their counters count goes from row to row. */
  readonly isTold?: boolean
}

/**
 * Rates as differences of successive answers, whose counters only grow. What is new in an answer has all its
 * bytes in the time since the last one: it was not there before, if it had been asked for. Most rows of most answers
 * are as they were, so what is known of a row is kept and changed: 5,000 rows anew each time were a third of the
 * interface's CPU time, and as much again of the collector's.
 */
export class RateTracker<Id, Record extends Counted, Row> {
  readonly #seen = new Map<Id, Seen<Record, Row>>()
  #last: CountedTime | undefined
  /** Answers so far. */
  #answer = 0
  /** Those of another time than the one before, each of which has a rate; before the first may be rates known otherwise. */
  readonly #count = { answers: screenLimits.rateHistoryLength }

  /**
   * What is known of all rows of an answer, good until the next; an answer of the same time as the last changes no
   * rate. One that counts from another time is of another run of the recorder, where the same id is another flow: no
   * rate joins the two.
   */
  next(
    time: CountedTime,
    records: readonly Record[],
    idOf: (record: Record) => Id,
    counting: Counting<Record> = { wereAsked: true },
  ): readonly Seen<Record, Row>[] {
    const { wereAsked, secondsAt } = counting
    if (!secondsAt && this.#last && this.#last.from !== time.from) this.forget()
    const elapsed = this.#last && (time.to - this.#last.to) / 1000
    const seconds = elapsed !== undefined && elapsed > 0 ? elapsed : undefined
    this.#answer += 1
    if (seconds !== undefined) this.#count.answers += 1
    const seen = records.map((record, place) => {
      const id = idOf(record)
      const over = seconds && secondsAt ? secondsAt(place) : seconds
      const now = this.#seen.get(id)
      if (!now) return this.#begin(id, record, wereAsked && over ? over : undefined, counting)
      now.answer = this.#answer
      if (seconds === undefined) tell(now, record, now.txRate, now.rxRate)
      else if (counting.isTold) this.#take(now, record, counting.ratesOf?.(record))
      else if (over === undefined) this.#doubt(now, record)
      else if (over === 0) this.#hold(now, record)
      else this.#measure(now, record, over)
      return now
    })
    // Of one time there may be answers to several questions: a row that is in one of them is known.
    if (seconds !== undefined && this.#seen.size > records.length) this.#dropOthers()
    this.#last = { from: time.from, to: time.to }
    return seen
  }

  forget(): void {
    this.#last = undefined
    this.#seen.clear()
  }

  /** A row that was not known: over `seconds` where it is new since then, else as is known otherwise. */
  #begin(
    id: Id,
    record: Record,
    seconds: number | undefined,
    { ratesOf, isTold }: Counting<Record>,
  ): Seen<Record, Row> {
    const known = seconds === undefined ? ratesOf?.(record) : undefined
    const now: Seen<Record, Row> = {
      counted: record,
      measured: record,
      txRate: known?.txRate,
      rxRate: known?.rxRate,
      history: known?.history && RateHistory.after(this.#count, known.history),
      rtts: undefined,
      row: undefined,
      answer: this.#answer,
    }
    if (seconds !== undefined && isTold) this.#take(now, record, ratesOf?.(record))
    else if (seconds !== undefined) {
      const { txBytes, rxBytes } = record
      tell(now, record, txBytes / seconds, rxBytes / seconds)
      this.#push(now)
    }
    this.#seen.set(id, now)
    return now
  }

  #measure(now: Seen<Record, Row>, record: Record, seconds: number): void {
    const { measured } = now
    // A group's counters fall where a flow of it goes over to another process.
    const rate = (bytes: number, before: number) => Math.max(0, bytes - before) / seconds
    const txRate = rate(record.txBytes, measured.txBytes)
    const rxRate = rate(record.rxBytes, measured.rxBytes)
    now.measured = record
    tell(now, record, txRate, rxRate)
    this.#push(now)
  }

  #take(now: Seen<Record, Row>, record: Record, rates: Rates | undefined): void {
    now.measured = record
    tell(now, record, rates?.txRate, rates?.rxRate)
    this.#push(now)
  }

  /** Its host has told nothing since: the rate is what it was. */
  #hold(now: Seen<Record, Row>, record: Record): void {
    tell(now, record, now.txRate, now.rxRate)
    this.#push(now)
  }

  /** Its host is silent: nobody knows how it goes on. What it counts until it speaks again is measured then. */
  #doubt(now: Seen<Record, Row>, record: Record): void {
    tell(now, record, undefined, undefined)
  }

  /** Rows that have never moved anything have no history: most of 50,000 open flows are at rest. */
  #push(now: Seen<Record, Row>): void {
    const rate = (now.txRate ?? 0) + (now.rxRate ?? 0)
    if (rate === 0) return
    now.history ??= new RateHistory(this.#count)
    now.history.push(rate)
    const { rttUs = 0 } = now.counted
    if (rttUs === 0) return
    now.rtts ??= new RateHistory(this.#count)
    now.rtts.push(rttUs)
  }

  #dropOthers(): void {
    for (const [id, { answer }] of this.#seen) if (answer !== this.#answer) this.#seen.delete(id)
  }
}

/** What was made of a row stands while it would be the same again. */
function tell<Record>(
  now: Seen<Record, unknown>,
  record: Record,
  txRate: number | undefined,
  rxRate: number | undefined,
): void {
  if (now.counted === record && now.txRate === txRate && now.rxRate === rxRate) return
  now.counted = record
  now.txRate = txRate
  now.rxRate = rxRate
  now.row = undefined
}
