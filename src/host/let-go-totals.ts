import { parseAddress, type Address } from '../model/address.ts'
import type { FlowRecord } from '../model/flow.ts'
import { limits } from '../model/limits.ts'
import { asOf, countryOf } from '../model/whereabouts/known-whereabouts.ts'
import type { Filter } from '../query/filter/filter.ts'
import { flowPredicate, type FlowPredicate } from '../query/filter/flow-predicate.ts'
import { formatFilter } from '../query/filter/format-filter.ts'
import type { GroupValue } from '../query/group-name.ts'
import { networkName } from '../query/group-value.ts'
import { fieldKey, type GroupKey } from '../query/question.ts'
import { sameGroupKey, Totals } from '../query/totals.ts'

/** The keys that totals of let-go flows keep apart; network, country and AS of a remote address follow from it. */
const keptKeys: readonly GroupKey[] = [
  ...(['owner', 'process', 'user', 'container', 'cgroup', 'remote_ip'] as const).map(fieldKey),
  { kind: 'service' },
]
const remotePlace = keptKeys.findIndex((key) => key.kind === 'field' && key.field === 'remote_ip')
/** Of what is not kept apart. */
const unknownKey: readonly GroupValue[] = keptKeys.map(() => null)

/** What is kept of the flows that are no longer rows. */
export interface LetGo {
  /** Flows in it, tunnel carriers too. */
  readonly flows: number
  /** Flows let go before the filter was first asked: whether they match is not known, and they are not in it. */
  readonly flowsUntested: number
}

interface Kept extends LetGo {
  readonly totals: Totals
  readonly matches: FlowPredicate
  flows: number
}

/**
 * Totals of flows that a mirror let go: of all, and of each filter that is asked about, from its first question on,
 * because a flow that is gone cannot be tested any more. Past `letGoGroupsMax` new groups share one of unknown keys.
 */
export class LetGoTotals {
  readonly #all: Kept = kept(() => true, 0)
  /** By canonical text, the one asked for longest ago first. */
  readonly #filtered = new Map<string, Kept>()

  add(flow: FlowRecord): void {
    for (const one of [this.#all, ...this.#filtered.values()]) {
      if (!one.matches(flow)) continue
      one.totals.addWithin(flow, limits.letGoGroupsMax, unknownKey)
      one.flows += 1
    }
  }

  /** Of the flows that a filter matches; of all where there is none. */
  of(filter: Filter | undefined): LetGo {
    return this.#kept(filter)
  }

  /** Adds them to totals by any keys; null is the value of a key that is not kept apart. */
  addTo(totals: Totals, host: string, filter: Filter | undefined): void {
    const values = totals.by.map((key) => keptValue(key, host))
    for (const group of this.#kept(filter).totals.groups())
      totals.addGroup(
        values.map((valueOf) => valueOf(group.key)),
        group,
      )
  }

  #kept(filter: Filter | undefined): Kept {
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

/** A key's value, of the values of the kept keys. */
function keptValue(key: GroupKey, host: string): (kept: readonly GroupValue[]) => GroupValue {
  if (key.kind === 'field' && key.field === 'host') return () => host
  const place = keptKeys.findIndex((one) => sameGroupKey(one, key))
  if (place >= 0) return (kept) => kept[place] ?? null
  const follows = followsFromRemote(key)
  if (!follows) return () => null
  return (kept) => {
    const address = parseAddress(String(kept[remotePlace]))
    return address ? follows(address) : null
  }
}

/** What is a key's value of all flows of a remote address. */
function followsFromRemote(key: GroupKey): ((address: Address) => GroupValue) | undefined {
  if (key.kind === 'network')
    return key.end === 'remote' ? (address) => networkName(address, key) : undefined
  if (key.kind !== 'field') return undefined
  if (key.field === 'remote_country') return countryOf
  return key.field === 'remote_as' ? asOf : undefined
}

const kept = (matches: FlowPredicate, flowsUntested: number): Kept => ({
  totals: new Totals(keptKeys),
  matches,
  flowsUntested,
  flows: 0,
})
