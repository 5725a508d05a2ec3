import type { Loss } from '../model/capture-status.ts'
import type { Gap } from '../model/gap.ts'
import { hostTime, type HostTime } from '../model/quantity.ts'

/** Makes dated gaps of counters that only grow: each holds what was lost since the last look. */
export class LossGaps {
  readonly #counted = new Map<string, number>()
  #since: HostTime

  constructor(since: HostTime) {
    this.#since = since
  }

  since(now: HostTime, lost: readonly Loss[]): readonly Gap[] {
    const gaps: Gap[] = []
    // In order, also where the clock was set back meanwhile.
    const from = hostTime(Math.min(this.#since, now))
    const to = hostTime(Math.max(this.#since, now))
    for (const { reason, count } of lost) {
      const added = count - (this.#counted.get(reason) ?? 0)
      if (added > 0) gaps.push({ from, to, reason, count: added })
      this.#counted.set(reason, count)
    }
    this.#since = now
    return gaps
  }
}
