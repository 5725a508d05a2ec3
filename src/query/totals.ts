import { actorOf, flowFlag, type FlowRecord } from '../model/flow.ts'
import type { Owner } from '../model/owner.ts'

/** What flows can be grouped by. */
export const groupFields = ['process', 'user'] as const
export type GroupField = (typeof groupFields)[number]

/** Sums over the flows of one group; mergeable in any order. */
export interface GroupTotals {
  /** Values of the group's fields, in the order asked for. */
  readonly key: readonly string[]
  readonly flows: number
  readonly openFlows: number
  readonly txBytes: number
  readonly rxBytes: number
  readonly txPackets: number
  readonly rxPackets: number
}

const values: Record<GroupField, (owner: Owner) => string> = {
  process: (owner) => (owner.kind === 'process' ? owner.process : `<${owner.kind}>`),
  user: (owner) => (owner.kind === 'process' ? owner.user : `<${owner.kind}>`),
}

/** The value by which a flow falls into a group; `<kernel>` and `<unknown>` where no process owns it. */
export const groupValue = (flow: FlowRecord, field: GroupField): string =>
  values[field](actorOf(flow))

/** A group's sums while they grow. */
type Accumulator = { -readonly [K in keyof GroupTotals]: GroupTotals[K] }

/**
 * Totals by the given fields, as a mergeable partial aggregate: adding flows one by one equals merging the
 * totals of any split of them. Tunnel carriers are left out, because their bytes are those of the inner flows.
 */
export class Totals {
  readonly by: readonly GroupField[]
  readonly #groups = new Map<string, Accumulator>()

  constructor(by: readonly GroupField[]) {
    this.by = by
  }

  add(flow: FlowRecord): void {
    if (flow.flags & flowFlag.carrier) return
    const group = this.#group(this.by.map((field) => groupValue(flow, field)))
    group.flows += 1
    group.openFlows += flow.endReason === 'open' ? 1 : 0
    group.txBytes += flow.txBytes
    group.rxBytes += flow.rxBytes
    group.txPackets += flow.txPackets
    group.rxPackets += flow.rxPackets
  }

  /** Adds another partial, whose fields include these ones. */
  merge(other: Totals): void {
    const places = this.by.map((field) => other.by.indexOf(field))
    if (places.includes(-1))
      throw new Error(`${other.by.join()} cannot be merged into ${this.by.join()}`)
    for (const from of other.#groups.values()) {
      const group = this.#group(places.map((place) => from.key[place]!))
      group.flows += from.flows
      group.openFlows += from.openFlows
      group.txBytes += from.txBytes
      group.rxBytes += from.rxBytes
      group.txPackets += from.txPackets
      group.rxPackets += from.rxPackets
    }
  }

  groups(): readonly GroupTotals[] {
    return [...this.#groups.values()]
  }

  #group(key: readonly string[]): Accumulator {
    // NUL cannot occur in cleaned text, so no two keys collide.
    const id = key.join('\0')
    let group = this.#groups.get(id)
    if (!group) {
      group = { key, flows: 0, openFlows: 0, txBytes: 0, rxBytes: 0, txPackets: 0, rxPackets: 0 }
      this.#groups.set(id, group)
    }
    return group
  }
}
