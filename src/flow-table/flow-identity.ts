import { directions } from '../model/flow.ts'
import type { FlowSample } from '../model/sample.ts'
import { addressesPerSlot, countersPerSlot, type FlowColumns } from './flow-columns.ts'
import { flagsOf } from './flow-flags.ts'

/** Writes into a new slot what stays the same for the life of a flow; its counters begin at zero. */
export function writeIdentity(
  columns: FlowColumns,
  slot: number,
  sample: FlowSample,
  hash: number,
): void {
  columns.hash[slot] = hash
  columns.cookieLow[slot] = sample.cookieLow
  columns.cookieHigh[slot] = sample.cookieHigh
  columns.protocol[slot] = sample.protocol
  columns.addresses.set(sample.localAddress, slot * addressesPerSlot)
  columns.addresses.set(sample.remoteAddress, slot * addressesPerSlot + 16)
  columns.localPort[slot] = sample.localPort
  columns.remotePort[slot] = sample.remotePort
  columns.netns[slot] = sample.netns
  columns.direction[slot] = directions.indexOf(sample.direction)
  columns.flags[slot] = flagsOf(sample)
  columns.counters.fill(0, slot * countersPerSlot, (slot + 1) * countersPerSlot)
}
