import type { ReadStream, WriteStream } from 'node:tty'
import type { ExportedRows } from './exported-rows.ts'
import type { TerminalEnvironment } from './theme/colour-depth.ts'
import type { NameSource } from './remote-names.ts'
import type { ShownSeals } from './shown-seals.ts'
import type { MonitorSettings } from './settings.ts'
import type { OpacityWatch } from '../query/opacity.ts'
import type { Filter } from '../query/filter/filter.ts'

/** What the monitor needs from the program around it; the ui floor reads neither argv nor environment. */
export interface MonitorOptions {
  /** The terminal: both must be TTYs. Raw mode, bytes and signals are the monitor's until it is done. */
  readonly input: TtyInput
  readonly output: TtyStdout
  readonly environment: TerminalEnvironment
  /** Of e2etop, for the help screen. */
  readonly version: string
  /** Themes of the user by their names, as JSON, beside the program's own. */
  readonly themes: Readonly<Record<string, unknown>>
  readonly settings: MonitorSettings
  /** Keeps what the user has chosen; gives where, or throws with a message for the screen. */
  readonly saveSettings: (settings: MonitorSettings) => string
  /** Writes rows to a new file; gives what was written, or rejects with a message for the screen. */
  readonly exportRows: (rows: ExportedRows, file: string) => Promise<string>
  /** Of remote addresses; left out where nobody is to be asked. */
  readonly names?: NameSource | undefined
  /** Has this process read its database of countries and AS, while other work goes on. */
  readonly loadWhereabouts?: (() => Promise<void>) | undefined
  /** Of a case. */
  readonly seals?: ShownSeals | undefined
  /** The packets of this host; they are looked at only while the user does. */
  readonly packets: OpacityWatch
  /** Of which flows everything is from the start; the user can change it. */
  readonly where?: Filter | undefined
  /** Given how the user is asked for a passphrase while the terminal is the monitor's. */
  readonly takeQuestions?: ((ask: AskSecret) => void) | undefined
  /**
   * Called at most once, with the terminal already restored, for a signal or a crash. Ends the process; the
   * monitor paints nothing afterwards. A lost terminal (SIGHUP after a dropped SSH session, EIO) does not come
   * here but ends the process by SIGKILL, because Node aborts when it resets a terminal that is gone.
   */
  readonly end: (end: ProcessEnd) => void
}

/** Undefined where the user gives none. */
export type AskSecret = (question: string) => Promise<string | undefined>

/** `process.stdin` and `process.stdout`, which know their descriptors. */
export type TtyInput = ReadStream & { readonly fd: number }
export type TtyStdout = WriteStream & { readonly fd: number }

export type ProcessEnd =
  /** Exit with 128 + the signal's number. */
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals; readonly exitCode: number }
  /** A fault of ours: report it and exit with 70 (EX_SOFTWARE). */
  | { readonly kind: 'crash'; readonly error: unknown }

/** How the monitor came to its end, with the terminal restored. */
export type MonitorExit =
  | { readonly kind: 'quit' }
  /** Ctrl-C; by custom exit code 130. */
  | { readonly kind: 'interrupted' }
  /** The session refused or broke before its first answer; later breaks stay on the screen as stale. */
  | { readonly kind: 'failed'; readonly error: unknown }
