/** Why a recorder cannot start or go on. `next` says what the operator can do about it. */
export class RecorderError extends Error {
  override readonly name = 'RecorderError'
  readonly code: RecorderErrorCode
  readonly next: string

  constructor(code: RecorderErrorCode, message: string, next: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
    this.next = next
  }
}

export type RecorderErrorCode =
  /** Another recorder answers at the live socket. */
  | 'in use'
  | 'config'
  | 'socket'
  | 'directory'
  /** The last records could not be written. */
  | 'log'

/** What to do where a path cannot be used, for the reason `why`. */
export function otherPlace(name: string, why: string): string {
  if (/^E[MN]FILE\b/.test(why)) return 'Raise the limit of open files (ulimit -n).'
  return process.geteuid?.() === 0 ? `Name ${name}.` : `Run it as root, or name ${name}.`
}
