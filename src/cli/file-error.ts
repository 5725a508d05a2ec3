import type { ExplainedError } from './explained-error.ts'

/** A file of the user's that cannot be used as it is; exit 1, because the command line may be right. */
export class FileError extends Error implements ExplainedError {
  override readonly name = 'FileError'
  readonly code = 'file'
  readonly next: string

  constructor(message: string, next: string, cause?: unknown) {
    super(message, { cause })
    this.next = next
  }
}
