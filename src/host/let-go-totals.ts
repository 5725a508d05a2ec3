import type { FlowRecord } from '../model/flow.ts'
import { limits } from '../model/limits.ts'
import type { Filter } from '../query/filter/filter.ts'
import { flowPredicate, type FlowPredicate } from '../query/filter/flow-predicate.ts'
import { formatFilter } from '../query/filter/format-filter.ts'
import { Totals, type GroupField } from '../query/totals.ts'

/** The fields that totals of let-go flows keep apart. */
const keptFields: readonly GroupField[] = ['process', 'user']

/** What is kept of the flows that are no longer rows. */
export interface LetGo {
  readonly totals: Totals
  /** Flows in it, tunnel carriers too. */
  readonly flows: number
  /** Flows let go before the filter was first asked: whether they match is not known, and they are not in it. */
  readonly flowsUntested: number
}

interface Kept {
  readonly totals: Totals
  readonly matches: FlowPredicate
  readonly flowsUntested: number
  flows: number
}

/**
 * Totals of flows that a mirror let go: of all, and of each filter that is asked about, from its first question on,
 * because a flow that is gone cannot be tested any more.
 */
export class LetGoTotals {
  readonly #all: Kept = kept(() => true, 0)
  /** By canonical text, the one asked for longest ago first. */
  readonly #filtered = new Map<string, Kept>()

  add(flow: FlowRecord): void {
    for (const one of [this.#all, ...this.#filtered.values()]) {
      if (!one.matches(flow)) continue
      one.totals.add(flow)
      one.flows += 1
    }
  }

  /** Of the flows that a filter matches; of all where there is none. */
  of(filter: Filter | undefined): LetGo {
    if (!filter) return this.#all
    const text = formatFilter(filter)
    const found = this.#filtered.get(text) ?? kept(flowPredicate(filter), this.#all.flows)
    this.#filtered.delete(text)
    this.#filtered.set(text, found)
    const [oldest] = this.#filtered.keys()
    if (this.#filtered.size > limits.filtersKept && oldest !== undefined)
      this.#filtered.delete(oldest)
    return found
  }
}

const kept = (matches: FlowPredicate, flowsUntested: number): Kept => ({
  totals: new Totals(keptFields),
  matches,
  flowsUntested,
  flows: 0,
})
