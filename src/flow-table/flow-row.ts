import { directions, endReasons, tcpStates, type FlowRecord } from '../model/flow.ts'
import type { Owner } from '../model/owner.ts'
import { hostTime } from '../model/quantity.ts'
import { addressesPerSlot, counter, counterGroup, countersPerSlot } from './flow-columns.ts'
import type { FlowSlots } from './flow-columns.ts'

const noOwner: Owner = { kind: 'unknown', why: 'never sampled' }

/**
 * A slot as a record of its own, with no reference into the table. Counters since `base` (the whole flow: a live
 * row) or since `exported` (what no record holds yet: an exported one, whose start is the last record's end).
 */
export function flowRecord(slots: FlowSlots, slot: number, since: 'base' | 'exported'): FlowRecord {
  const { columns } = slots
  const addressAt = slot * addressesPerSlot
  const at = slot * countersPerSlot
  const difference = (which: number) =>
    columns.counters[at + counterGroup.seen + which]! -
    columns.counters[at + counterGroup[since] + which]!
  return {
    id: columns.id[slot]!,
    start: hostTime(since === 'base' ? columns.start[slot]! : columns.exportedAt[slot]!),
    end: hostTime(columns.last[slot]!),
    protocol: columns.protocol[slot]!,
    localAddress: columns.addresses.slice(addressAt, addressAt + 16),
    localPort: columns.localPort[slot]!,
    remoteAddress: columns.addresses.slice(addressAt + 16, addressAt + 32),
    remotePort: columns.remotePort[slot]!,
    direction: directions[columns.direction[slot]!]!,
    owner: slots.owners[slot] ?? noOwner,
    actor: slots.actors[slot],
    netns: columns.netns[slot]!,
    txBytes: difference(counter.txBytes),
    rxBytes: difference(counter.rxBytes),
    txPackets: difference(counter.txPackets),
    rxPackets: difference(counter.rxPackets),
    rttUs: columns.rttUs[slot]!,
    retransmits: difference(counter.retransmits),
    state: tcpStates[columns.state[slot]!] ?? 'none',
    endReason: endReasons[columns.endReason[slot]!]!,
    flags: columns.flags[slot]!,
  }
}
