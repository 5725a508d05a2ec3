import { fleetLimits } from '../model/fleet-limits.ts'
import { millis, type HostTime, type Millis } from '../model/quantity.ts'

/** How a host's clock stands to ours. */
export interface MeasuredOffset {
  /** To add to our time to get the host's. */
  readonly offset: Millis
  /** It may be so much more or less: half of the round trip. */
  readonly error: Millis
}

/**
 * The offset of a host's clock, from questions for its time: it was asked for and told within a round trip, so the
 * quickest answer tells most.
 */
export class ClockOffset {
  readonly #now: () => number
  readonly #wall: () => number
  readonly #asked = new Map<number, number>()
  #best: MeasuredOffset | undefined

  /** `now`: ms of a clock that never goes back; `wall`: ms since 1970. */
  constructor(now: () => number, wall: () => number = Date.now) {
    this.#now = now
    this.#wall = wall
  }

  /** Undefined before the first answer. */
  get measured(): MeasuredOffset | undefined {
    return this.#best
  }

  asked(id: number): void {
    if (this.#asked.size >= fleetLimits.fleetPingsOpen) this.#asked.clear()
    this.#asked.set(id, this.#now())
  }

  answered(id: number, at: HostTime): void {
    const sent = this.#asked.get(id)
    if (sent === undefined) return
    this.#asked.delete(id)
    const half = (this.#now() - sent) / 2
    if (this.#best && this.#best.error < half) return
    this.#best = { offset: millis(at - (this.#wall() - half)), error: millis(half) }
  }
}
