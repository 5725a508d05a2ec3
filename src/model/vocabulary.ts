import { formatAddress } from './address.ts'
import { communityId } from './community-id.ts'
import { actorOf, flowFlag, type FlowFlagName, type FlowRecord } from './flow.ts'
import type { Gap } from './gap.ts'
import { accountOf, type ProcessOwner } from './owner.ts'
import { protocolName } from './protocol-name.ts'

export type FieldValue = string | number | null | readonly string[]

const process = (flow: FlowRecord): ProcessOwner | undefined => {
  const actor = actorOf(flow)
  return actor.kind === 'process' ? actor : undefined
}
/** ISO 8601 in UTC; null where the time is not known. */
export const isoTime = (ms: number): string | null => (ms > 0 ? new Date(ms).toISOString() : null)

export const flagNames = (flags: number): readonly string[] =>
  (Object.keys(flowFlag) as FlowFlagName[]).filter((name) => flags & flowFlag[name])

/**
 * The one vocabulary of filter words, JSON, CSV, SQLite and screen columns, in its order of output. Units are in
 * the names. `pid` to `container` are the process that used the socket last, `opened_by_*` the one that opened it
 * where that is another (a prefork server's master). Null: not known, or not there.
 */
export const vocabulary = {
  flow_id: (flow) => flow.id,
  start: (flow) => isoTime(flow.start),
  end: (flow) => isoTime(flow.end),
  host: (_flow, host) => host,
  protocol: (flow) => protocolName(flow.protocol),
  direction: (flow) => flow.direction,
  local_ip: (flow) => formatAddress(flow.localAddress),
  local_port: (flow) => flow.localPort,
  remote_ip: (flow) => formatAddress(flow.remoteAddress),
  remote_port: (flow) => flow.remotePort,
  owner: (flow) => actorOf(flow).kind,
  owner_unknown_why: (flow) => {
    const actor = actorOf(flow)
    return actor.kind === 'unknown' ? actor.why : null
  },
  pid: (flow) => process(flow)?.pid ?? null,
  process: (flow) => process(flow)?.process ?? null,
  process_start: (flow) => isoTime(process(flow)?.start ?? 0),
  parent_pid: (flow) => process(flow)?.parentPid ?? null,
  exe: (flow) => process(flow)?.exe || null,
  uid: (flow) => accountOf(actorOf(flow))?.uid ?? null,
  user: (flow) => accountOf(actorOf(flow))?.user ?? null,
  cgroup: (flow) => process(flow)?.cgroup || null,
  container: (flow) => process(flow)?.container || null,
  opened_by_pid: (flow) => (flow.actor && flow.owner.kind === 'process' ? flow.owner.pid : null),
  opened_by_process: (flow) =>
    flow.actor && flow.owner.kind === 'process' ? flow.owner.process : null,
  netns: (flow) => flow.netns || null,
  tx_bytes: (flow) => flow.txBytes,
  rx_bytes: (flow) => flow.rxBytes,
  tx_packets: (flow) => flow.txPackets,
  rx_packets: (flow) => flow.rxPackets,
  rtt_us: (flow) => flow.rttUs || null,
  retransmits: (flow) => flow.retransmits,
  state: (flow) => flow.state,
  end_reason: (flow) => flow.endReason,
  flags: (flow) => flagNames(flow.flags),
  community_id: (flow) => communityId(flow),
} as const satisfies Record<string, (flow: FlowRecord, host: string) => FieldValue>

/** A gap as data; its count is null where nobody could count. */
export const namedGap = ({ from, to, reason, count }: Gap) => ({
  from: isoTime(from),
  to: isoTime(to),
  reason,
  count: count === 0 ? null : count,
})

export type FieldName = keyof typeof vocabulary

/** A flow under the names of the vocabulary. */
export function namedFields(flow: FlowRecord, host: string): Record<FieldName, FieldValue> {
  const entries = Object.entries<(flow: FlowRecord, host: string) => FieldValue>(vocabulary)
  return Object.fromEntries(entries.map(([name, value]) => [name, value(flow, host)])) as Record<
    FieldName,
    FieldValue
  >
}
