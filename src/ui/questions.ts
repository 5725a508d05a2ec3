import { seconds } from '../model/quantity.ts'
import type { Session } from '../query/session.ts'
import { Feed } from './feed.ts'
import { messageOf } from './outcomes.ts'
import type { Wanted } from './store/shown-answers.ts'
import type { MonitorStore } from './store/monitor-store.ts'

interface QuestionEvents {
  /** All that is asked has an answer. */
  readonly onAnswered: () => void
  /** A question about the past has none. */
  readonly onRefusal: (error: unknown) => void
  /** The session broke before its first answer. */
  readonly onFailure: (error: unknown) => void
  /** There is something new to show. */
  readonly onChange: () => void
}

/** Asks the session for what is looked at, and tells the store. */
export class Questions {
  readonly #session: Session
  readonly #store: MonitorStore
  readonly #events: QuestionEvents
  readonly #feed: Feed

  constructor(session: Session, store: MonitorStore, events: QuestionEvents) {
    this.#session = session
    this.#store = store
    this.#events = events
    this.#feed = new Feed(session, seconds(1), {
      onAnswer: (answer, query) => {
        store.take(answer, query)
        if (this.#feed.isAnswered) events.onAnswered()
        events.onChange()
      },
      onRefusal: events.onRefusal,
      onEnd: (error) => this.#onEnd(error),
    })
  }

  /** Asks for what is to be shown; true where that is a new question. */
  ask(): boolean {
    this.#store.settle()
    const wanted = this.#store.tables.askWanted()
    if (wanted) this.#askOnce(wanted)
    return this.#feed.ask(this.#store.queries)
  }

  /** Without an answer a paused screen knows less, and says so. */
  #askOnce({ query, take }: Wanted): void {
    this.#session.ask(query).then(
      (answer) => {
        take(answer)
        this.#events.onChange()
      },
      () => {},
    )
  }

  /** What was asked of the past is asked anew at the next `ask`. */
  forgetPast(): void {
    this.#feed.forgetPast()
  }

  stop(): void {
    this.#feed.stop()
  }

  /** A session that ends later than its first answer leaves its last rows on the screen, marked. */
  #onEnd(error: unknown): void {
    if (error !== undefined && !this.#store.coverage) return this.#events.onFailure(error)
    this.#store.markStale(error === undefined ? 'the recorder has ended' : messageOf(error))
    this.#events.onChange()
  }
}
