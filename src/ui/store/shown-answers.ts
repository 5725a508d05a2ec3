import type { Answer, Query } from '../../query/session.ts'
import { Answers, nothingHeard, stilled, type Heard } from './answers.ts'
import type { GroupView } from './views.ts'

/** What of the answers is shown: the last, or on a paused screen older ones. */
export class ShownAnswers {
  readonly #answers = new Answers()
  #heard = nothingHeard
  #paused = false

  get heard(): Heard {
    return this.#heard
  }

  get paused(): boolean {
    return this.#paused
  }

  take(answer: Answer, query: Query, view: GroupView): void {
    const isFirst = this.#answers.take(answer, query, view)
    // A question that is new is answered also on a paused screen.
    if (isFirst || !this.#paused) this.#catchUp()
  }

  /** The session ended without a last word: what is shown is the last that was heard. */
  markStale(why: string): void {
    if (this.#heard.coverage?.stale !== undefined) return
    // A paused screen would seem to wait for more.
    this.#paused = false
    this.#answers.markStale(why)
    this.#catchUp()
  }

  togglePause(): void {
    this.#paused = !this.#paused
    this.#catchUp()
  }

  /** Until one of many hosts is asked alone, of its flows what is known. */
  keepFlowsOf(host: string): void {
    this.#answers.keepFlowsOf(host)
    this.#catchUp()
  }

  /** What was heard is not to be shown any more. */
  forgetRows(): void {
    this.#answers.forgetRows()
    this.#catchUp()
  }

  forgetGroups(): void {
    this.#answers.forgetGroups()
    this.#heard = { ...this.#heard, groups: [] }
  }

  #catchUp(): void {
    const { heard } = this.#answers
    this.#heard = this.#paused ? stilled(heard) : heard
  }
}
