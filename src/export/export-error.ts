/** Why a case file cannot be written, read or trusted. `next` says what the operator can do about it. */
export class ExportError extends Error {
  override readonly name = 'ExportError'
  readonly code: string
  readonly next: string

  constructor(code: string, message: string, options: { next: string; cause?: unknown }) {
    super(message, { cause: options.cause })
    this.code = code
    this.next = options.next
  }
}

/** `ENOSPC` and the like, of an error that the system gave. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
