import type { FlowSample } from '../model/sample.ts'
import { counter, counterGroup, countersPerSlot, type FlowColumns } from './flow-columns.ts'

/** Takes over the sample's counters. Never downwards: a late sample must not make a difference negative. */
export function countSample(columns: FlowColumns, slot: number, sample: FlowSample): void {
  const at = slot * countersPerSlot + counterGroup.seen
  raise(columns.counters, at + counter.txBytes, sample.txBytes)
  raise(columns.counters, at + counter.rxBytes, sample.rxBytes)
  raise(columns.counters, at + counter.txPackets, sample.txPackets)
  raise(columns.counters, at + counter.rxPackets, sample.rxPackets)
  raise(columns.counters, at + counter.retransmits, sample.retransmits)
}

function raise(counters: Float64Array, at: number, value: number): void {
  if (value > counters[at]!) counters[at] = value
}

/** The sample counts something that the slot does not. */
export function hasNews({ counters }: FlowColumns, slot: number, sample: FlowSample): boolean {
  const at = slot * countersPerSlot + counterGroup.seen
  return (
    sample.txPackets > counters[at + counter.txPackets]! ||
    sample.rxPackets > counters[at + counter.rxPackets]! ||
    sample.txBytes > counters[at + counter.txBytes]! ||
    sample.rxBytes > counters[at + counter.rxBytes]!
  )
}

/** The slot counts something that no record holds yet. */
export function hasUnexported({ counters }: FlowColumns, slot: number): boolean {
  const at = slot * countersPerSlot
  for (let i = 0; i < counterGroup.base; i++)
    if (counters[at + counterGroup.seen + i] !== counters[at + counterGroup.exported + i])
      return true
  return false
}

/** Copies one group of a slot's counters (an offset of `counterGroup`) over another. */
export function copyGroup(columns: FlowColumns, slot: number, from: number, to: number): void {
  const at = slot * countersPerSlot
  columns.counters.copyWithin(at + to, at + from, at + from + counterGroup.base)
}
