import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { millis, type Millis } from '../../model/quantity.ts'

/** What a write to the terminal came to. */
type WriteResult =
  | { readonly kind: 'written'; readonly bytes: number }
  | { readonly kind: 'full' }
  /** EIO, EPIPE: the terminal is gone. */
  | { readonly kind: 'gone' }

const retryFirst = millis(1)
const retryMax = millis(50)

/**
 * The way to the terminal, which never blocks: a terminal that nobody reads (Ctrl-S, a hung SSH) takes no bytes
 * for hours. Frames are dropped meanwhile: whoever paints looks at `busy` first and paints what is true when
 * `onDrain` comes.
 *
 * A descriptor of its own in non-blocking mode. `process.stdout` on a tty is synchronous: with an unread pty the
 * process froze. `fs.write` in the thread pool ran on, but the end of the process then waited for the stuck thread.
 */
export class TtyOutput {
  readonly #fd: number
  readonly #onDrain: () => void
  readonly #onGone: () => void
  #rest: Uint8Array = new Uint8Array(0)
  #retry: NodeJS.Timeout | undefined
  #retryAfter = retryFirst

  constructor(fd: number, onDrain: () => void, onGone: () => void) {
    this.#fd = openNonBlocking(fd)
    this.#onDrain = onDrain
    this.#onGone = onGone
  }

  /** Bytes of the last write have not all been taken yet. */
  get busy(): boolean {
    return this.#rest.length > 0
  }

  /** Only while not `busy`. */
  write(text: string): void {
    this.#rest = Buffer.from(text)
    this.#push()
  }

  /**
   * The last words (leaving the screen), at once: what waits is given up, and a terminal that takes nothing for
   * `patience` is left as it is. CAN (ECMA-48 8.3.10) ends a sequence that was cut in the middle.
   */
  writeLast(text: string, patience: Millis): void {
    let rest: Uint8Array = Buffer.from(this.busy ? `\x18${text}` : text)
    this.#forget()
    for (let waited = 0; rest.length > 0 && waited <= patience;) {
      const result = this.#tryWrite(rest)
      if (result.kind === 'gone') return
      if (result.kind === 'written') rest = rest.subarray(result.bytes)
      else waited += sleepSync(retryFirst)
    }
  }

  close(): void {
    this.#forget()
    closeSync(this.#fd)
  }

  #forget(): void {
    clearTimeout(this.#retry)
    this.#rest = new Uint8Array(0)
  }

  #push(): void {
    while (this.#rest.length > 0) {
      const result = this.#tryWrite(this.#rest)
      if (result.kind === 'gone') {
        this.#forget()
        return this.#onGone()
      }
      if (result.kind === 'full') return this.#pushLater()
      this.#rest = this.#rest.subarray(result.bytes)
      this.#retryAfter = retryFirst
    }
  }

  #pushLater(): void {
    this.#retry = setTimeout(() => {
      this.#push()
      if (!this.busy) this.#onDrain()
    }, this.#retryAfter)
    this.#retryAfter = millis(Math.min(this.#retryAfter * 2, retryMax))
  }

  #tryWrite(bytes: Uint8Array): WriteResult {
    try {
      return { kind: 'written', bytes: writeSync(this.#fd, bytes) }
    } catch (error) {
      if (errorCode(error) === 'EAGAIN') return { kind: 'full' }
      if (['EIO', 'EPIPE', 'ENXIO'].includes(errorCode(error))) return { kind: 'gone' }
      throw error
    }
  }
}

/**
 * Opens the terminal of `fd` anew, because O_NONBLOCK belongs to the open file and the shell shares ours. After
 * `su` the terminal's device is someone else's: /dev/tty is everyone's.
 */
function openNonBlocking(fd: number): number {
  const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY
  try {
    return openSync(`/proc/self/fd/${fd}`, flags)
  } catch (error) {
    if (errorCode(error) !== 'EACCES') throw error
    return openSync('/dev/tty', flags)
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function sleepSync(ms: Millis): Millis {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
  return ms
}
