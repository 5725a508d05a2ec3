import { flowFlag, type FlowRecord } from '../model/flow.ts'
import { hostTime, type HostTime } from '../model/quantity.ts'

/** Two records of one flow as one. */
export function joined(before: FlowRecord, record: FlowRecord): FlowRecord {
  const late = record.end >= before.end ? record : before
  return {
    ...late,
    start: hostTime(Math.min(before.start, record.start)),
    txBytes: before.txBytes + record.txBytes,
    rxBytes: before.rxBytes + record.rxBytes,
    txPackets: before.txPackets + record.txPackets,
    rxPackets: before.rxPackets + record.rxPackets,
    retransmits: before.retransmits + record.retransmits,
    flags: before.flags | record.flags,
  }
}

/** A flow that goes on is open; one that began before the window has here what it did in it. */
export const ofWindow = (flow: FlowRecord, id: number, from: HostTime): FlowRecord => ({
  ...flow,
  id,
  endReason: flow.endReason === 'active' ? 'open' : flow.endReason,
  flags: flow.start < from ? flow.flags | flowFlag.partial : flow.flags,
})
