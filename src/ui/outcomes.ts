import type { Message } from './store/message.ts'

/** Does things that can fail for a reason outside, and has the screen say what came of each. */
export class Outcomes {
  readonly #place: { message: Message | undefined }
  readonly #paintSoon: () => void

  constructor(place: { message: Message | undefined }, paintSoon: () => void) {
    this.#place = place
    this.#paintSoon = paintSoon
  }

  note(text: string): void {
    this.#place.message = { kind: 'note', text }
  }

  warn(text: string): void {
    this.#place.message = { kind: 'warning', text }
  }

  of(act: () => string): void {
    try {
      this.note(act())
    } catch (error) {
      this.warn(messageOf(error))
    }
  }

  /** Of what takes its time: what is typed meanwhile does not wait for it. */
  async ofSlow(act: Promise<string>): Promise<void> {
    try {
      this.note(await act)
    } catch (error) {
      this.warn(messageOf(error))
    }
    this.#paintSoon()
  }
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
