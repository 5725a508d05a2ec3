/** What stopped the log from being opened or read. `next` says what the operator can do about it. */
export class LogError extends Error {
  override readonly name = 'LogError'
  readonly code: LogErrorCode
  readonly next: string

  constructor(code: LogErrorCode, message: string, next: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
    this.next = next
  }
}

export type LogErrorCode =
  /** Another recorder writes this log. */
  | 'in use'
  | 'no directory'
  | 'not permitted'
  /** The disk is full or read-only, or the directory is somebody else's. */
  | 'not writable'
  /** The directory changed so fast that no view of it held; or the system refused to read it. */
  | 'unreadable'
  /** A file of a later version of the format. */
  | 'newer format'
