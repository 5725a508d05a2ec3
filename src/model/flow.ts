import type { Owner } from './owner.ts'
import type { HostTime } from './quantity.ts'

/** Who opened the flow. `unknown` for connections older than capture and for datagrams nobody accepted. */
export const directions = ['unknown', 'outbound', 'inbound'] as const
export type Direction = (typeof directions)[number]

/** Why a record was written; the numbers of IPFIX flowEndReason (RFC 5102 5.11.3), `open` where it was not. */
export const endReasons = [
  'open',
  'idle',
  'active',
  'end detected',
  'forced',
  'lack of resources',
] as const
export type EndReason = (typeof endReasons)[number]

/** Kernel's TCP states by their numbers (include/net/tcp_states.h); `none` for other protocols. */
export const tcpStates = [
  'none',
  'established',
  'syn-sent',
  'syn-recv',
  'fin-wait-1',
  'fin-wait-2',
  'time-wait',
  'closed',
  'close-wait',
  'last-ack',
  'listen',
  'closing',
] as const
export type TcpState = (typeof tcpStates)[number]

/** Bits of `FlowRecord.flags`. */
export const flowFlag = {
  /** Began before capture: the counters start at capture's first sight of it. */
  partial: 1,
  /** A tunnel's own transport: shown, but left out of totals, which hold the inner flows. */
  carrier: 2,
  /** Both ends are on this host: two flows, one at each process, to be counted once in host totals. */
  loopback: 4,
} as const
export type FlowFlagName = keyof typeof flowFlag

/**
 * A bidirectional flow (biflow, RFC 5103) seen from its socket. The counters cover [start, end], payload bytes
 * only, before any tunnel. An exported record covers the time since the flow's last record, so that records can
 * be summed; a live row covers the flow since capture first saw it.
 */
export interface FlowRecord {
  /** Unique within one run of the recorder; never reused. */
  readonly id: number
  readonly start: HostTime
  readonly end: HostTime
  /** IANA protocol number. */
  readonly protocol: number
  /** 16 bytes, IPv4 as v4-mapped (RFC 4291 2.5.5.2). */
  readonly localAddress: Uint8Array
  readonly localPort: number
  readonly remoteAddress: Uint8Array
  readonly remotePort: number
  readonly direction: Direction
  /** Who opened the socket, or the listener it was accepted from. */
  readonly owner: Owner
  /** Who used the socket last, where that is another process (prefork worker, passed descriptor). */
  readonly actor: Owner | undefined
  /** Inode of the network namespace; 0 where the source cannot know it. */
  readonly netns: number
  readonly txBytes: number
  readonly rxBytes: number
  readonly txPackets: number
  readonly rxPackets: number
  /** Smoothed round trip of TCP in microseconds; 0 where there is none. */
  readonly rttUs: number
  /** TCP segments sent again. */
  readonly retransmits: number
  readonly state: TcpState
  readonly endReason: EndReason
  /** Bits of `flowFlag`. */
  readonly flags: number
}

/** Whose traffic it is: the last process that used the socket, else the one that opened it. */
export const actorOf = (flow: Pick<FlowRecord, 'owner' | 'actor'>): Owner =>
  flow.actor ?? flow.owner
