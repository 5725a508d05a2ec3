import { addressBytes } from './address.ts'
import type { Direction } from './flow.ts'
import { kernelOwner, type Owner } from './owner.ts'
import { hostTime, type HostTime } from './quantity.ts'

/**
 * One look at one flow by a capture source. Counters are cumulative since `first`; the flow table takes
 * differences. A source reuses one sample object and its two address arrays for every call, because a poll of
 * 18,000 sockets must not make 18,000 objects: whoever keeps anything of a sample copies it during the call.
 */
export interface FlowSample {
  /** The kernel's socket cookie in two 32-bit halves (it uses all 64 bits); with protocol and remote end the flow's key. */
  cookieLow: number
  cookieHigh: number
  protocol: number
  /** 16 bytes, IPv4 as v4-mapped; a v4-mapped peer of an IPv6 socket is the same address. */
  readonly localAddress: Uint8Array
  localPort: number
  readonly remoteAddress: Uint8Array
  remotePort: number
  netns: number
  direction: Direction
  owner: Owner
  /** Last process that used the socket where it is not the owner. */
  actor: Owner | undefined
  /** When counting of this flow began: its opening, or capture's first sight of it if that is later. */
  first: HostTime
  last: HostTime
  txBytes: number
  rxBytes: number
  txPackets: number
  rxPackets: number
  /** 0: not known. */
  rttUs: number
  retransmits: number
  /** Index into `tcpStates`. */
  state: number
  /** The kernel says this flow has ended; no sample of it follows. */
  closed: boolean
  /** Began before capture. */
  partial: boolean
  /** A tunnel's own transport. */
  carrier: boolean
}

/** Takes a sample during the call and keeps no reference to it. */
export type SampleSink = (sample: FlowSample) => void

/** A sample object for a source to fill again and again; its fields say nothing yet. */
export function emptySample(): FlowSample {
  return {
    cookieLow: 0,
    cookieHigh: 0,
    protocol: 0,
    localAddress: new Uint8Array(addressBytes),
    localPort: 0,
    remoteAddress: new Uint8Array(addressBytes),
    remotePort: 0,
    netns: 0,
    direction: 'unknown',
    owner: kernelOwner,
    actor: undefined,
    first: hostTime(0),
    last: hostTime(0),
    txBytes: 0,
    rxBytes: 0,
    txPackets: 0,
    rxPackets: 0,
    rttUs: 0,
    retransmits: 0,
    state: 0,
    closed: false,
    partial: false,
    carrier: false,
  }
}
