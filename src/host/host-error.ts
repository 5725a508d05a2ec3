/** Why a host's recorder cannot be watched. `next` says what the operator can do about it. */
export class HostError extends Error {
  override readonly name = 'HostError'
  readonly code: string
  readonly next: string
  /** What the recorder itself said, where that helps; else ''. */
  readonly detail: string

  constructor(code: string, message: string, next: string, detail = '') {
    super(message)
    this.detail = detail
    this.code = code
    this.next = next
  }
}
