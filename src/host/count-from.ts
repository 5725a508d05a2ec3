import { flowFlag, type FlowRecord } from '../model/flow.ts'

/**
 * What a flow did after `base`, an earlier row of it. A look that begins in the middle of a flow's life counts only
 * what it saw, like a recorder that is started for the look.
 */
export function countedFrom(base: FlowRecord, row: FlowRecord): FlowRecord {
  return {
    ...row,
    start: base.end,
    txBytes: row.txBytes - base.txBytes,
    rxBytes: row.rxBytes - base.rxBytes,
    txPackets: row.txPackets - base.txPackets,
    rxPackets: row.rxPackets - base.rxPackets,
    retransmits: row.retransmits - base.retransmits,
    flags: row.flags | flowFlag.partial,
  }
}
