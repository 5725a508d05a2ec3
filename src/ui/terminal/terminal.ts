import { constants as osConstants } from 'node:os'
import { isatty } from 'node:tty'
import { millis } from '../../model/quantity.ts'
import { KeyParser, type InputEvent } from '../keys/key-parser.ts'
import type { ProcessEnd, TtyInput, TtyStdout } from '../monitor-options.ts'
import type { FrameOutput, ScreenSize } from './screen.ts'
import { TtyOutput } from './tty-output.ts'

// Alternate screen, no cursor, no wrapping at the right edge (a line is never longer than the screen, but a
// resize can come between), bracketed paste.
const enterScreen = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h\x1b[2J'
/** Buttons and wheel, by SGR reports. A terminal selects text with Shift held. */
const enterMouse = '\x1b[?1000h\x1b[?1006h'
const leaveScreen =
  '\x1b[?1006l\x1b[?1000l\x1b[?2026l\x1b[?2004l\x1b[?7h\x1b[0m\x1b[?25h\x1b[?1049l'

/** How long a terminal may take the bytes that restore it. */
const leavePatience = millis(300)
/** ESC and silence for so long is the Esc key; the bytes of one sequence come closer together, also over SSH. */
const escapeAfter = millis(50)

export interface TerminalEvents {
  readonly onInput: (events: readonly InputEvent[]) => void
  readonly onResize: () => void
  /** The terminal takes bytes again: paint what is true now. */
  readonly onDrain: () => void
  /** Back from suspension: nothing is known to be on the screen. */
  readonly onResume: () => void
  readonly end: (end: ProcessEnd) => void
}

/** A terminal's two directions. */
export interface Tty {
  readonly input: TtyInput
  readonly output: TtyStdout
  /** Whether it is to report the mouse. */
  readonly hasMouse: boolean
}

const fatalSignals = ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const

/**
 * The one owner of the terminal. Whatever ends the program, `leave` runs first and restores it: synchronous, and
 * harmless when called twice.
 */
export class Terminal implements FrameOutput {
  readonly #hasMouse: boolean
  readonly #input: TtyInput
  readonly #stdout: TtyStdout
  readonly #output: TtyOutput
  readonly #events: TerminalEvents
  readonly #parser = new KeyParser()
  #escapeTimer: NodeJS.Timeout | undefined
  #entered = false
  #aside = ''
  #guards: [event: string, listener: (...args: unknown[]) => void][] = []

  constructor({ input, output, hasMouse }: Tty, events: TerminalEvents) {
    this.#hasMouse = hasMouse
    this.#input = input
    this.#stdout = output
    this.#events = events
    this.#output = new TtyOutput(output.fd, events.onDrain, () => this.#lost())
  }

  get size(): ScreenSize {
    return { columns: this.#stdout.columns, rows: this.#stdout.rows }
  }

  /** Also while the terminal is not ours: before `open`, suspended, after the end. */
  get busy(): boolean {
    return !this.#entered || this.#output.busy
  }

  write(text: string): void {
    this.#output.write(this.#aside + text)
    this.#aside = ''
  }

  /** Tells the terminal something that is not of the picture: now, or with the next frame that it takes. */
  tell(sequence: string): void {
    this.#aside += sequence
    if (!this.busy) this.write('')
  }

  /** Takes the terminal; from here on every way out restores it. */
  open(): void {
    this.#guard()
    this.#input.on('data', this.#onData)
    this.#input.on('end', this.#onLost)
    this.#input.on('error', this.#onLost)
    this.#stdout.on('resize', this.#events.onResize)
    this.#stdout.on('error', this.#onLost)
    this.#enter()
    this.#input.resume()
  }

  /** Gives the terminal back for good. */
  close(): void {
    this.leave()
    clearTimeout(this.#escapeTimer)
    this.#input.off('data', this.#onData)
    this.#input.off('end', this.#onLost)
    this.#input.off('error', this.#onLost)
    this.#input.pause()
    this.#stdout.off('resize', this.#events.onResize)
    this.#stdout.off('error', this.#onLost)
    for (const [event, listener] of this.#guards) process.off(event, listener)
    this.#output.close()
  }

  leave(): void {
    if (!this.#entered) return
    this.#entered = false
    this.#output.writeLast(leaveScreen, leavePatience)
    this.#setRaw(false)
  }

  /** To the shell, until `fg`. The whole group stops, as if the terminal had done it: sudo must stop too. */
  suspend(): void {
    this.leave()
    process.kill(0, 'SIGTSTP')
  }

  #enter(): void {
    this.#entered = true
    this.#setRaw(true)
    this.#output.writeLast(enterScreen + (this.#hasMouse ? enterMouse : ''), leavePatience)
  }

  /** A terminal that has hung up refuses; what follows finds that out by itself. */
  #setRaw(raw: boolean): void {
    try {
      this.#input.setRawMode(raw)
    } catch (error) {
      if (isatty(this.#input.fd)) throw error
    }
  }

  #guard(): void {
    for (const signal of fatalSignals) {
      const exitCode = 128 + osConstants.signals[signal]
      this.#on(signal, () => this.#end({ kind: 'signal', signal, exitCode }))
    }
    this.#on('SIGHUP', this.#onLost)
    this.#on('SIGCONT', () => this.#resume())
    this.#on('uncaughtException', (error) => this.#end({ kind: 'crash', error }))
    this.#on('unhandledRejection', (error) => this.#end({ kind: 'crash', error }))
    this.#on('exit', () => this.leave())
  }

  #on(event: string, listener: (...args: unknown[]) => void): void {
    process.on(event, listener)
    this.#guards.push([event, listener])
  }

  #end(end: ProcessEnd): void {
    this.leave()
    this.#events.end(end)
  }

  /**
   * A terminal that has hung up (a dropped SSH session). Node resets terminals when it exits and aborts with a
   * core dump where one is gone, so the process then ends without asking Node. The kernel hangs up before it
   * sends SIGHUP, so a terminal that still is one means a plain `kill -HUP`.
   */
  #lost(): void {
    this.leave()
    if (isatty(this.#stdout.fd))
      this.#end({ kind: 'signal', signal: 'SIGHUP', exitCode: 128 + osConstants.signals.SIGHUP })
    else process.kill(process.pid, 'SIGKILL')
  }

  #resume(): void {
    // Stopped by SIGSTOP we could not leave; and libuv sets no mode that it believes is set already.
    this.#setRaw(false)
    this.#enter()
    this.#events.onResume()
  }

  readonly #onLost = () => this.#lost()

  readonly #onData = (bytes: Uint8Array) => {
    clearTimeout(this.#escapeTimer)
    this.#events.onInput(this.#parser.feed(bytes))
    if (!this.#parser.waiting) return
    this.#escapeTimer = setTimeout(() => this.#events.onInput(this.#parser.flush()), escapeAfter)
  }
}
