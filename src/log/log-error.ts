import { errorCode } from './error-code.ts'

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

/** What a failed system call on the log in `path` means to the operator; any other error as it is. */
export function logErrorOf(path: string, cause: unknown): unknown {
  if (cause instanceof LogError) return cause
  switch (errorCode(cause)) {
    case undefined:
      return cause
    case 'EACCES':
    case 'EPERM':
      return new LogError(
        'not permitted',
        `the files in ${path} may not be read`,
        'join the group that owns them, or ask as root',
        cause,
      )
    case 'EMFILE':
    case 'ENFILE':
      return new LogError(
        'unreadable',
        `${path} cannot be read: this process may open no more files`,
        'raise its limit (ulimit -n), or, of a question, ask for a shorter time',
        cause,
      )
    case 'EROFS':
    case 'ENOSPC':
    case 'EDQUOT':
      return new LogError(
        'not writable',
        `${path} cannot be written: ${String(cause)}`,
        'see that its disk is writable and has room',
        cause,
      )
    default:
      return new LogError(
        'unreadable',
        `${path} cannot be read: ${String(cause)}`,
        'see the kernel log (dmesg) for errors of its disk',
        cause,
      )
  }
}
