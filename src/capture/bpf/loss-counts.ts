import type { Loss } from '../../model/capture-status.ts'
import type { HostTime } from '../../model/quantity.ts'
import { Losses } from '../losses.ts'
import { lossReasons } from './records.ts'

/** What was not recorded: the programs' own counters, and what this process finds out. */
export class LossCounts {
  readonly #counters: BigUint64Array
  readonly #losses = new Losses()
  readonly #seen = lossReasons.map(() => 0)

  /** `counters`: the mapped value of the losses map, in the order of `lossReasons`. */
  constructor(counters: BigUint64Array) {
    this.#counters = counters
  }

  /** Dates what programs have counted since the last look. */
  refresh(now: HostTime): void {
    lossReasons.forEach((reason, i) => {
      const count = Number(this.#counters[i])
      this.#losses.add(reason, count - this.#seen[i]!, now)
      this.#seen[i] = count
    })
  }

  /** Counts one loss of a reason that no program counts. */
  add(reason: string, now: HostTime): void {
    this.#losses.add(reason, 1, now)
  }

  list(): readonly Loss[] {
    return this.#losses.list()
  }
}
