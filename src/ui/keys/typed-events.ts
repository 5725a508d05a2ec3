import { millis } from '../../model/quantity.ts'
import type { InputEvent } from './key-parser.ts'

/** How long the screen waits for the answer to a new question before it shows that there is none yet. */
const answerPatience = millis(60)
/** A filter that is typed is asked for once its text rests. */
const typingRest = millis(120)

export interface TypedActions {
  readonly take: (event: InputEvent) => void
  /** A line is being typed. */
  readonly isTyping: () => boolean
  /** Asks for what is to be shown; true where that is a new question. */
  readonly ask: () => boolean
  /** All that was typed is done. */
  readonly done: () => void
}

/** Does what was typed, one after another; what follows on a new question waits a moment for its answer. */
export class TypedEvents {
  readonly #actions: TypedActions
  #pending: InputEvent[] = []
  /** A filter that is typed and not asked for yet. */
  #typing: NodeJS.Timeout | undefined
  /** While a new question has no answer: what was typed meanwhile is about rows that are not here yet. */
  #waiting: NodeJS.Timeout | undefined

  constructor(actions: TypedActions) {
    this.#actions = actions
  }

  push(events: readonly InputEvent[]): void {
    this.#pending.push(...events)
    if (!this.#waiting) this.goOn()
  }

  /** All that is asked has an answer. */
  answered(): void {
    if (this.#waiting) this.goOn()
  }

  goOn(): void {
    const { take, isTyping, ask, done } = this.#actions
    clearTimeout(this.#waiting)
    this.#waiting = undefined
    for (let event = this.#pending.shift(); event; event = this.#pending.shift()) {
      take(event)
      clearTimeout(this.#typing)
      if (isTyping()) this.#typing = setTimeout(ask, typingRest)
      else if (ask()) {
        this.#waiting = setTimeout(() => this.goOn(), answerPatience)
        return
      }
    }
    done()
  }

  stop(): void {
    clearTimeout(this.#typing)
    clearTimeout(this.#waiting)
  }
}
