/** Why a host's recorder cannot be watched. `next` says what the operator can do about it. */
export class HostError extends Error {
  override readonly name = 'HostError'
  readonly code: string
  readonly next: string

  constructor(code: string, message: string, next: string) {
    super(message)
    this.code = code
    this.next = next
  }
}
