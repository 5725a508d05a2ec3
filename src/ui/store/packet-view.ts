import type { Opacity, OpacityTold } from '../../query/opacity.ts'

/** What the page of packets knows: the last that it was told, and what moved since the time before. */
export class PacketView {
  #told: OpacityTold | undefined
  #before: Opacity | undefined

  /** Undefined before anything is known. */
  get told(): OpacityTold | undefined {
    return this.#told
  }

  take(told: OpacityTold): void {
    this.#before = this.#told?.kind === 'seen' ? this.#told.opacity : undefined
    // Another look counts from 0 again.
    if (told.kind === 'seen' && this.#before && told.opacity.look < this.#before.look)
      this.#before = undefined
    this.#told = told
  }

  forget(): void {
    this.#told = undefined
    this.#before = undefined
  }

  /** Bytes a second that an amount grew by; undefined where there is nothing before. */
  rateOf(amount: (opacity: Opacity) => number | undefined): number | undefined {
    if (this.#told?.kind !== 'seen' || !this.#before) return undefined
    const { opacity } = this.#told
    const now = amount(opacity)
    const was = amount(this.#before)
    const span = (opacity.look - this.#before.look) / 1000
    return now === undefined || was === undefined || span <= 0 ? undefined : (now - was) / span
  }
}
