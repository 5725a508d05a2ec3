/** Why hosts cannot be asked at all. `next` says what the operator can do about it. */
export class FleetError extends Error {
  override readonly name = 'FleetError'
  readonly code = 'fleet'
  readonly next: string

  constructor(message: string, next: string, cause?: unknown) {
    super(message, { cause })
    this.next = next
  }
}
