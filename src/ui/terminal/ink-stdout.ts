import { EventEmitter } from 'node:events'
import type { ScreenSize } from './screen.ts'

/**
 * The stdout that Ink gets: in its debug mode each render writes one whole frame here, and Ink never touches the
 * terminal. Escape sequences alone (Ink showing the cursor when it ends) are not frames. It sends no `resize`,
 * because the monitor renders anew with the new size anyway.
 */
export class InkStdout extends EventEmitter {
  readonly isTTY = true
  readonly writable = true
  readonly #size: () => ScreenSize
  readonly #onFrame: (frame: string) => void

  constructor(size: () => ScreenSize, onFrame: (frame: string) => void) {
    super()
    this.#size = size
    this.#onFrame = onFrame
  }

  get columns(): number {
    return this.#size().columns
  }

  get rows(): number {
    return this.#size().rows
  }

  write(text: string): boolean {
    if (text !== '' && !text.startsWith('\x1b[?')) this.#onFrame(text)
    return true
  }

  /** Ink's type asks for all of a tty's stream; its debug mode uses what is here, which a test holds. */
  get stream(): NodeJS.WriteStream {
    return this as unknown as NodeJS.WriteStream
  }
}
