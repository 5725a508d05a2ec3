import type { Millis } from '../model/quantity.ts'
import { queryText } from '../query/query-text.ts'
import type { Answer, Query, Session } from '../query/session.ts'

export interface FeedEvents {
  readonly onAnswer: (answer: Answer, query: Query) => void
  /** A question about the past has no answer. */
  readonly onRefusal: (error: unknown) => void
  /** The session gives no more answers: it has ended, or failed with an error. */
  readonly onEnd: (error: unknown) => void
}

/** One query that is watched. */
interface Watch {
  readonly query: Query
  readonly text: string
  isAnswered: boolean
  readonly left: AbortController
}

/** Watches what is asked for, one query of a kind at a time, and begins anew where it becomes another. */
export class Feed {
  readonly #session: Session
  readonly #every: Millis
  readonly #events: FeedEvents
  readonly #watches = new Map<Query['kind'], Watch>()

  constructor(session: Session, every: Millis, events: FeedEvents) {
    this.#session = session
    this.#every = every
    this.#events = events
  }

  /** Asks for these from now on; true where one of them is new. */
  ask(queries: readonly Query[]): boolean {
    for (const kind of this.#watches.keys())
      if (queries.every((query) => query.kind !== kind)) this.#leave(kind)
    let isNew = false
    for (const query of queries) {
      const text = queryText(query)
      if (this.#watches.get(query.kind)?.text === text) continue
      this.#leave(query.kind)
      const watch = { query, text, isAnswered: false, left: new AbortController() }
      this.#watches.set(query.kind, watch)
      void this.#follow(watch)
      isNew = true
    }
    return isNew
  }

  /** What was asked of the past is asked anew at the next `ask`. */
  forgetPast(): void {
    for (const [kind, { query }] of this.#watches) if (query.range) this.#leave(kind)
  }

  /** Whether all that is asked has been answered at least once. */
  get isAnswered(): boolean {
    return [...this.#watches.values()].every((watch) => watch.isAnswered)
  }

  /** No more answers. */
  stop(): void {
    for (const kind of this.#watches.keys()) this.#leave(kind)
  }

  #leave(kind: Query['kind']): void {
    this.#watches.get(kind)?.left.abort()
    this.#watches.delete(kind)
  }

  async #follow(watch: Watch): Promise<void> {
    const isWanted = () => this.#watches.get(watch.query.kind) === watch
    try {
      const { query, left } = watch
      for await (const answer of this.#session.watch(query, this.#every, left.signal)) {
        if (!isWanted()) return
        watch.isAnswered = true
        this.#events.onAnswer(answer, watch.query)
      }
      // The past is told once.
      if (isWanted() && !watch.query.range) this.#events.onEnd(undefined)
    } catch (error) {
      if (!isWanted()) return
      if (watch.query.range) this.#events.onRefusal(error)
      else this.#events.onEnd(error)
    }
  }
}
