import { sameAddress } from '../../model/address.ts'
import type { Direction } from '../../model/flow.ts'
import type { Owner } from '../../model/owner.ts'
import type { HostTime } from '../../model/quantity.ts'
import type { DiagSocket } from './diag-message.ts'
import { directionOf, finCounted } from './peer-fin.ts'
import type { TcpCounters } from './tcp-counters.ts'

/** Counters of a flow by the rules of the flow record: payload bytes, the peer's FIN taken off. */
export interface FlowCounters {
  readonly txBytes: number
  readonly rxBytes: number
  readonly txPackets: number
  readonly rxPackets: number
  readonly rttUs: number
  readonly retransmits: number
}

/** A connection between the looks at it. */
export interface TrackedSocket {
  /** As last seen; its addresses are not of a reused buffer. */
  socket: DiagSocket
  /** Counters at capture's first sight of a connection that is older than capture; else zeros. */
  readonly base: FlowCounters
  readonly first: HostTime
  readonly partial: boolean
  direction: Direction
  owner: Owner
  /** The inode that `owner` was looked up for; 0: not yet. */
  ownerInode: number
  /** As last reported, `base` not taken off. */
  counters: FlowCounters
  finSeen: boolean
  seen: HostTime
}

export const noCounters: FlowCounters = {
  txBytes: 0,
  rxBytes: 0,
  txPackets: 0,
  rxPackets: 0,
  rttUs: 0,
  retransmits: 0,
}

export function flowCounters(counters: TcpCounters, isFinCounted: boolean): FlowCounters {
  const { txBytes, receivedWithFin, txPackets, rxPackets, rttUs, retransmits } = counters
  const rxBytes = Math.max(0, receivedWithFin - (isFinCounted ? 1 : 0))
  return { txBytes, rxBytes, txPackets, rxPackets, rttUs, retransmits }
}

/** A socket may be disconnected and connected again; its cookie stays, its counters begin anew. */
export function isSameConnection(tracked: TrackedSocket, socket: DiagSocket): boolean {
  const before = tracked.socket
  return (
    before.remotePort === socket.remotePort &&
    before.localPort === socket.localPort &&
    sameAddress(before.remoteAddress, socket.remoteAddress)
  )
}

/** Takes a later look at a tracked connection; true where there is something to report. */
export function lookAgain(tracked: TrackedSocket, socket: DiagSocket, now: HostTime): boolean {
  const before = tracked.counters
  const stateBefore = tracked.socket.state
  tracked.socket = socket
  tracked.seen = now
  tracked.finSeen ||= finCounted(socket.state)
  if (tracked.direction === 'unknown') tracked.direction = directionOf(socket)
  if (!socket.counters) return false
  tracked.counters = flowCounters(socket.counters, tracked.finSeen)
  // Every byte comes in a segment, so the packet counts change whenever anything does.
  return (
    stateBefore !== socket.state ||
    before.txPackets !== tracked.counters.txPackets ||
    before.rxPackets !== tracked.counters.rxPackets
  )
}
