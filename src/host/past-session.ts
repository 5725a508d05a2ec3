import type { Millis } from '../model/quantity.ts'
import type { Answer, Query, Session } from '../query/session.ts'
import { pastTotals, type Summing } from './past-totals.ts'
import { PastWindows, type Recorded } from './past-windows.ts'
import { screenLimits } from '../model/screen-limits.ts'

/** A session that also answers queries about the past, from the records of hosts. */
export class PastSession implements Session {
  readonly #session: Session
  readonly #connect: () => Promise<Recorded & Summing>
  readonly #windows: PastWindows

  /** `connect` finds who answers at this moment; it throws where nothing is recorded. */
  constructor(session: Session, connect: () => Promise<Recorded & Summing>) {
    this.#session = session
    this.#connect = connect
    this.#windows = new PastWindows(connect)
  }

  async ask(query: Query): Promise<Answer> {
    const { range } = query
    if (!range) return this.#session.ask(query)
    const isLong = range.to - range.from > screenLimits.pastWindowLengthMax
    if (query.kind !== 'totals' || !isLong) return this.#windows.ask(query, range)
    const asking = await this.#connect()
    try {
      return await pastTotals(asking, query, range)
    } finally {
      asking.close()
    }
  }

  /** Of the past one answer: it does not change. */
  async *watch(query: Query, every: Millis, left?: AbortSignal): AsyncGenerator<Answer> {
    if (query.range) yield await this.ask(query)
    else yield* this.#session.watch(query, every, left)
  }

  retry(): void {
    this.#session.retry?.()
  }

  close(): void {
    this.#session.close()
  }
}
