import type { Loss } from '../model/capture-status.ts'
import type { HostTime } from '../model/quantity.ts'

/** What was not recorded, by reason, while it is being counted. */
export class Losses {
  readonly #lost = new Map<string, Loss>()

  add(reason: string, count: number, now: HostTime): void {
    if (count === 0) return
    const before = this.#lost.get(reason)?.count ?? 0
    this.#lost.set(reason, { reason, count: before + count, last: now })
  }

  list(): readonly Loss[] {
    return [...this.#lost.values()]
  }
}
