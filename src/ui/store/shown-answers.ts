import type { Answer, Query } from '../../query/session.ts'
import { Answers, nothingHeard, type Heard } from './answers.ts'
import { HeldMoment, type Sight } from './held-moment.ts'

/** Since when nothing new is shown. */
interface Hold {
  readonly moment: HeldMoment
  /** What was looked at when the screen was paused: the session is asked for that all the time. */
  readonly sight: Sight
  /** What is looked at now. */
  seen: Sight
}

/** A question besides those of what is looked at. */
export interface Wanted {
  readonly query: Query
  readonly take: (answer: Answer) => void
}

/** What of the answers is shown: the last, or of a paused screen what was known at its moment. */
export class ShownAnswers {
  readonly #answers = new Answers()
  #heard = nothingHeard
  #hold: Hold | undefined

  get heard(): Heard {
    return this.#heard
  }

  get paused(): boolean {
    return this.#hold !== undefined
  }

  /** What a paused screen wants to know besides; undefined once it was asked. */
  askWanted(): Wanted | undefined {
    const hold = this.#hold
    const query = hold?.moment.ask()
    if (!hold || !query) return undefined
    const take = (answer: Answer) => {
      hold.moment.takeAll(answer)
      if (hold === this.#hold) this.look(hold.seen)
    }
    return { query, take }
  }

  /** What a paused screen does not know of what is looked at. */
  get missing(): string | undefined {
    return this.#hold?.moment.missingOf(this.#hold.seen)
  }

  take(answer: Answer, query: Query, sight: Sight): void {
    this.#answers.take(answer, query, this.#hold?.sight.view ?? sight.view)
    if (!this.#hold) this.#heard = this.#answers.heard
  }

  /** Has a paused screen show what is looked at now; nothing of another is done. */
  look(sight: Sight): void {
    if (!this.#hold) return
    this.#hold.seen = sight
    this.#heard = this.#hold.moment.heardOf(sight)
  }

  /** The session ended without a last word: what is shown is the last that was heard. */
  markStale(why: string): void {
    if (this.#heard.coverage?.stale !== undefined) return
    // A paused screen would seem to wait for more.
    this.#hold = undefined
    this.#answers.markStale(why)
    this.#heard = this.#answers.heard
  }

  pause(sight: Sight): void {
    this.#hold = { moment: new HeldMoment(this.#heard, sight), sight, seen: sight }
    this.look(sight)
  }

  /** Goes on: at once where the session was asked for what is looked at, else with its answer. */
  goOn(): void {
    const hold = this.#hold
    if (!hold) return
    this.#hold = undefined
    const isSame = this.#heard === hold.moment.heardOf(hold.sight)
    if (isSame) this.#heard = this.#answers.heard
    else this.#answers.forgetGroups()
  }

  /** Until one of many hosts is asked alone, of its flows what is known. */
  keepFlowsOf(host: string): void {
    if (this.#hold) return
    this.#answers.keepFlowsOf(host)
    this.#heard = this.#answers.heard
  }

  /** What was heard is not to be shown any more. */
  forgetRows(): void {
    this.#hold = undefined
    this.#answers.forgetRows()
    this.#heard = this.#answers.heard
  }

  /** Groups of another question; a paused screen looks again. */
  forgetGroups(): void {
    if (this.#hold) return
    this.#answers.forgetGroups()
    this.#heard = { ...this.#heard, groups: [] }
  }
}
