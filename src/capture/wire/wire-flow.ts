import type { Address } from '../../model/address.ts'
import { flowFlag, type FlowRecord } from '../../model/flow.ts'
import type { Owner } from '../../model/owner.ts'
import { hostTime } from '../../model/quantity.ts'
import type { Opacity } from '../../model/wire-traffic.ts'
import type { Application } from './applications/application.ts'
import { counter, keyAt, keyWords, mark, type FlowColumns } from './flow-columns.ts'
import { addressOf, tunnels, type Tunnel } from './ip-layer.ts'

/**
 * A flow as the wire shows it. `record` is in the terms of all flows, with what a packet cannot tell left open. Without
 * a host to look from, `local` is the end that opened the flow (`outbound`), else the one that sent first.
 */
export interface WireFlow {
  readonly record: FlowRecord
  /** Whole packets, link header and padding included. */
  readonly txWireBytes: number
  readonly rxWireBytes: number
  /** Packets and bytes that no flow inside this one has: summed over all flows each packet is there once. */
  readonly ownPackets: number
  readonly ownWireBytes: number
  readonly application: Application
  readonly opacity: Opacity
  /** What the flow's packets came in. */
  readonly tunnel: Tunnel
  readonly tunnelId: number
}

/** Whether an address is the host's own. */
export type IsLocal = (address: Address) => boolean

export const unnamed: Owner = { kind: 'unknown', why: 'no packet names its process' }

/** The flow of a slot. `isLocal` where the packets were captured on a host that is known. */
export function wireFlow(columns: FlowColumns, slot: number, isLocal?: IsLocal): WireFlow {
  const a = addressAt(columns, slot, keyAt.addressA)
  const b = addressAt(columns, slot, keyAt.addressB)
  const ports = columns.keys[slot * keyWords + keyAt.ports]!
  const marks = columns.marks[slot]!
  const localIsB = isLocal && isLocal(a) !== isLocal(b) ? isLocal(b) : beganAtB(marks)
  const [local, remote] = localIsB ? [1, 0] : [0, 1]
  const portOf = (end: number) => (end === 0 ? ports >>> 16 : ports & 0xffff)
  const count = (which: number, end: number) => columns.counterOf(slot, which + end)
  const protocolWord = columns.keys[slot * keyWords + keyAt.protocol]!
  return {
    record: {
      id: slot + 1,
      start: hostTime(columns.counterOf(slot, counter.first)),
      end: hostTime(columns.counterOf(slot, counter.last)),
      protocol: protocolWord & 0xff,
      localAddress: localIsB ? b : a,
      localPort: portOf(local),
      remoteAddress: localIsB ? a : b,
      remotePort: portOf(remote),
      direction: directionOf(marks, localIsB),
      owner: unnamed,
      actor: undefined,
      netns: 0,
      txBytes: count(counter.payloadBytes, local),
      rxBytes: count(counter.payloadBytes, remote),
      txPackets: count(counter.packets, local),
      rxPackets: count(counter.packets, remote),
      rttUs: 0,
      retransmits: 0,
      state: 'none',
      endReason: marks & mark.ended ? 'end detected' : 'open',
      flags: marks & mark.carried ? flowFlag.carrier : 0,
    },
    txWireBytes: count(counter.wireBytes, local),
    rxWireBytes: count(counter.wireBytes, remote),
    ownPackets: columns.counterOf(slot, counter.ownPackets),
    ownWireBytes: columns.counterOf(slot, counter.ownWireBytes),
    application: columns.applicationOf(slot),
    opacity: columns.opacityOf(slot),
    tunnel: tunnels[protocolWord >>> 8]!,
    tunnelId: columns.keys[slot * keyWords + keyAt.tunnelId]!,
  }
}

/** Whether b is the end to look from: it opened the flow, or sent first where nobody knows who opened it. */
function beganAtB(marks: number): boolean {
  if (marks & (mark.openedByA | mark.openedByB)) return (marks & mark.openedByB) !== 0
  return (marks & mark.beganAtB) !== 0
}

function directionOf(marks: number, localIsB: boolean): FlowRecord['direction'] {
  if ((marks & (mark.openedByA | mark.openedByB)) === 0) return 'unknown'
  return ((marks & mark.openedByB) !== 0) === localIsB ? 'outbound' : 'inbound'
}

const addressAt = (columns: FlowColumns, slot: number, at: number): Address =>
  addressOf(columns.keys, slot * keyWords + at)
