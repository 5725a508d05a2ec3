import type { FlowRecord } from '../model/flow.ts'
import type { Owner } from '../model/owner.ts'
import { hostTime } from '../model/quantity.ts'

/** Owner of all that is recorded as bytes of nobody, by what left it out. */
export const leftOutBy = {
  rule: { kind: 'unknown', why: 'withheld by a privacy rule' },
  sampling: { kind: 'unknown', why: 'left out by sampling' },
} as const satisfies Record<string, Owner>

const owners: readonly Owner[] = Object.values(leftOutBy)
const noAddress = new Uint8Array(16)

/** What is left are counters, times and the flags that say how to sum them. */
export const leaveOut = (flow: FlowRecord, by: keyof typeof leftOutBy): FlowRecord => ({
  ...flow,
  protocol: 0,
  localAddress: noAddress,
  localPort: 0,
  remoteAddress: noAddress,
  remotePort: 0,
  direction: 'unknown',
  owner: leftOutBy[by],
  actor: undefined,
  netns: 0,
  rttUs: 0,
  state: 'none',
})

export const isLeftOut = ({ owner }: FlowRecord): boolean => owners.includes(owner)

/**
 * The records, of which all that are left out are one for each reason (and for each set of flags, because carriers
 * are out of totals and loopback is counted once), so that totals close.
 */
export function sumLeftOut(records: readonly FlowRecord[]): readonly FlowRecord[] {
  const sums = new Map<string, FlowRecord>()
  const kept: FlowRecord[] = []
  for (const record of records) {
    if (isLeftOut(record)) {
      const key = `${record.flags} ${owners.indexOf(record.owner)}`
      sums.set(key, sum(sums.get(key), record))
    } else {
      kept.push(record)
    }
  }
  return [...kept, ...sums.values()]
}

function sum(before: FlowRecord | undefined, flow: FlowRecord): FlowRecord {
  if (!before) return { ...flow, id: 0, endReason: 'forced' }
  return {
    ...before,
    start: hostTime(Math.min(before.start, flow.start)),
    end: hostTime(Math.max(before.end, flow.end)),
    txBytes: before.txBytes + flow.txBytes,
    rxBytes: before.rxBytes + flow.rxBytes,
    txPackets: before.txPackets + flow.txPackets,
    rxPackets: before.rxPackets + flow.rxPackets,
    retransmits: before.retransmits + flow.retransmits,
  }
}
