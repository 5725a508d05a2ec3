import { flowFlag, type FlowRecord } from '../model/flow.ts'
import type { GroupValue } from './group-name.ts'
import { groupValue } from './group-value.ts'
import type { GroupKey } from './question.ts'

/** Sums over the flows of one group; mergeable in any order. */
export interface GroupTotals {
  /** Values of the keys, in the order asked for. */
  readonly key: readonly GroupValue[]
  readonly flows: number
  readonly openFlows: number
  readonly txBytes: number
  readonly rxBytes: number
  readonly txPackets: number
  readonly rxPackets: number
}

/** Of a group without flows. */
export const noTotals = (key: readonly GroupValue[]): GroupTotals => ({
  key,
  flows: 0,
  openFlows: 0,
  txBytes: 0,
  rxBytes: 0,
  txPackets: 0,
  rxPackets: 0,
})

/** A group's sums while they grow. */
type Accumulator = { -readonly [K in keyof GroupTotals]: GroupTotals[K] }

/** What tells groups of the same keys apart. JSON tells null from a text, and a number from its digits. */
export const groupId = (key: readonly GroupValue[]): string => JSON.stringify(key)

/**
 * Totals by keys, as a mergeable partial aggregate: adding flows one by one equals merging the totals of any split of
 * them. Tunnel carriers are left out, because their bytes are those of the inner flows.
 */
export class Totals {
  readonly by: readonly GroupKey[]
  readonly #host: string
  readonly #groups = new Map<string, Accumulator>()

  /** `host` is the value of the key of that name. */
  constructor(by: readonly GroupKey[], host = '') {
    this.by = by
    this.#host = host
  }

  /** `host`: of which this flow is, where they are of many. */
  add(flow: FlowRecord, host = this.#host): void {
    if (flow.flags & flowFlag.carrier) return
    this.#count(flow, this.#keyOf(flow, host))
  }

  /** Adds a flow; where its group would be one more than `groupsMax`, to the group of `elsewhere`. */
  addWithin(flow: FlowRecord, groupsMax: number, elsewhere: readonly GroupValue[]): void {
    if (flow.flags & flowFlag.carrier) return
    const key = this.#keyOf(flow, this.#host)
    const isFull = this.#groups.size >= groupsMax && !this.#groups.has(groupId(key))
    this.#count(flow, isFull ? elsewhere : key)
  }

  #keyOf(flow: FlowRecord, host: string): readonly GroupValue[] {
    return this.by.map((one) => groupValue(flow, one, host))
  }

  #count(flow: FlowRecord, key: readonly GroupValue[]): void {
    const group = this.#group(key)
    group.flows += 1
    group.openFlows += flow.endReason === 'open' ? 1 : 0
    group.txBytes += flow.txBytes
    group.rxBytes += flow.rxBytes
    group.txPackets += flow.txPackets
    group.rxPackets += flow.rxPackets
  }

  /** Adds a group of other keys, whose values of these keys are `key`. */
  addGroup(key: readonly GroupValue[], from: GroupTotals): void {
    const group = this.#group(key)
    group.flows += from.flows
    group.openFlows += from.openFlows
    group.txBytes += from.txBytes
    group.rxBytes += from.rxBytes
    group.txPackets += from.txPackets
    group.rxPackets += from.rxPackets
  }

  /** Adds another partial, whose keys include these ones. */
  merge(other: Totals): void {
    const places = this.by.map((key) => other.by.findIndex((one) => sameGroupKey(one, key)))
    if (places.includes(-1)) throw new Error('totals of coarser keys cannot be merged')
    for (const from of other.#groups.values())
      this.addGroup(
        places.map((place) => from.key[place]!),
        from,
      )
  }

  groups(): readonly GroupTotals[] {
    return [...this.#groups.values()]
  }

  #group(key: readonly GroupValue[]): Accumulator {
    const id = groupId(key)
    let group = this.#groups.get(id)
    if (!group) {
      group = { ...noTotals(key) }
      this.#groups.set(id, group)
    }
    return group
  }
}

/** Whether two keys group alike. */
export function sameGroupKey(a: GroupKey, b: GroupKey): boolean {
  if (a.kind === 'field') return b.kind === 'field' && a.field === b.field
  if (a.kind !== 'network' || b.kind !== 'network') return a.kind === b.kind
  return a.end === b.end && a.v4Bits === b.v4Bits && a.v6Bits === b.v6Bits
}
