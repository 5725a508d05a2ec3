/** What stopped a source from opening. `next` says what the operator can do about it. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError'
  readonly code: string
  readonly next: string

  constructor(code: string, message: string, next: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
    this.next = next
  }
}
