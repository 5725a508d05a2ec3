import type { Millis } from '../model/quantity.ts'
import type { Answer, Query, Session } from '../query/session.ts'
import { PastWindows, type Recorded } from './past-windows.ts'

/** A session that also answers queries about the past, from the records of hosts. */
export class PastSession implements Session {
  readonly #session: Session
  readonly #windows: PastWindows

  /** `connect` finds who answers at this moment; it throws where nothing is recorded. */
  constructor(session: Session, connect: () => Promise<Recorded>) {
    this.#session = session
    this.#windows = new PastWindows(connect)
  }

  async ask(query: Query): Promise<Answer> {
    return query.range ? this.#windows.ask(query, query.range) : this.#session.ask(query)
  }

  /** Of the past one answer: it does not change. */
  async *watch(query: Query, every: Millis, left?: AbortSignal): AsyncGenerator<Answer> {
    if (query.range) yield await this.ask(query)
    else yield* this.#session.watch(query, every, left)
  }

  close(): void {
    this.#session.close()
  }
}
