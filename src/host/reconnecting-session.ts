import { setTimeout } from 'node:timers/promises'
import { limits } from '../model/limits.ts'
import { millis, type Millis } from '../model/quantity.ts'
import type { Answer, Query, Session } from '../query/session.ts'
import { HostError } from './host-error.ts'

/** Code of a `HostError` that says no more than that the recorder is not there. */
export const nobodyListens = 'nobody-listens'

/** Waits; ends early where the signal is aborted. */
export type Pause = (length: Millis, signal: AbortSignal) => Promise<void>

/**
 * A session at a recorder that may be started anew: where the stream ends it connects again, for as long as anyone
 * watches. Until then its answers are the last ones, marked stale; from then on they are those of the new run, whose
 * coverage begins after the gap. The runs are not joined, because each numbers its flows from 1.
 */
export class ReconnectingSession implements Session {
  readonly #connect: () => Promise<Session>
  readonly #pause: Pause
  readonly #closed = new AbortController()
  #session: Session
  /** Why the last attempt failed; undefined where there is no more to say than at the end of the stream. */
  #why: string | undefined
  /** Shared by all who watch: a recorder that comes back is not asked twice. */
  #attempt: Promise<void> | undefined
  #wait = millis(limits.reconnectMsMin)

  /** `connect` gives a session that has answered. It throws `HostError` where there is none. */
  constructor(first: Session, connect: () => Promise<Session>, pause: Pause = pauseOnTheClock) {
    this.#session = first
    this.#connect = connect
    this.#pause = pause
  }

  /** While there is no recorder, the last answer, and an attempt in the background. */
  async ask(query: Query): Promise<Answer> {
    const answer = await this.#session.ask(query)
    if (answer.coverage.stale !== undefined) void this.#tryAgain()
    return this.#told(answer)
  }

  /** Goes on until it is closed. A stale answer comes again where the reason is another one. */
  async *watch(query: Query, every: Millis, left?: AbortSignal): AsyncGenerator<Answer> {
    for (;;) {
      const session = this.#session
      let last: Answer | undefined
      for await (last of session.watch(query, every, left)) yield this.#told(last)
      if (left?.aborted) return
      while (session === this.#session) {
        const why = this.#why
        await this.#tryAgain()
        if (this.#closed.signal.aborted || left?.aborted) return
        if (last && session === this.#session && this.#why !== why) yield this.#told(last)
      }
    }
  }

  close(): void {
    this.#closed.abort()
    this.#session.close()
  }

  #told(answer: Answer): Answer {
    const { stale } = answer.coverage
    if (stale === undefined) return answer
    const coverage = { ...answer.coverage, stale: `${this.#why ?? stale}; trying again` }
    return { ...answer, coverage }
  }

  #tryAgain(): Promise<void> {
    this.#attempt ??= this.#connectAfterPause().finally(() => {
      this.#attempt = undefined
    })
    return this.#attempt
  }

  async #connectAfterPause(): Promise<void> {
    const { signal } = this.#closed
    await this.#pause(this.#wait, signal)
    if (signal.aborted) return
    this.#wait = millis(Math.min(2 * this.#wait, limits.reconnectMsMax))
    try {
      const session = await this.#connect()
      if (signal.aborted) return session.close()
      this.#session.close()
      this.#session = session
      this.#why = undefined
      this.#wait = millis(limits.reconnectMsMin)
    } catch (error) {
      if (!(error instanceof HostError)) throw error
      this.#why = error.code === nobodyListens ? undefined : error.message
    }
  }
}

const pauseOnTheClock: Pause = (length, signal) =>
  // The one reason for which it is rejected: closed meanwhile, as the caller then sees.
  setTimeout(length, undefined, { signal }).catch(() => {})
