import { addressBytes, type Address } from '../../model/address.ts'

/** What a packet is wrapped in, where e2etop unwraps it. */
export const tunnels = ['none', 'gre', 'ipip', '6in4', 'vxlan', 'geneve'] as const
export type Tunnel = (typeof tunnels)[number]

/** 16 bytes of an address as four numbers, IPv4 v4-mapped: compared and hashed faster than bytes. */
export type AddressWords = Uint32Array

/** The address whose four numbers begin at an index. */
export function addressOf(words: AddressWords, from = 0): Address {
  const address = new Uint8Array(addressBytes)
  const view = new DataView(address.buffer)
  for (let i = 0; i < 4; i++) view.setUint32(4 * i, words[from + i]!)
  return address
}

/**
 * One IP header of a packet and what it carries, up to the next IP header. A packet in a tunnel has several, the
 * outermost first. Reused from packet to packet.
 */
export interface IpLayer {
  readonly source: AddressWords
  readonly destination: AddressWords
  /** IANA number of what follows the IP header and its extensions. */
  protocol: number
  /** 0 where the protocol has none, or they were not captured. */
  sourcePort: number
  destinationPort: number
  /** Flags of TCP; 0 for others. */
  tcpFlags: number
  /** Bytes behind the transport header (behind the IP header where there is none), by the packet's own lengths. */
  payloadBytes: number
  /** Where the captured part of the payload lies. */
  payloadAt: number
  payloadEnd: number
  /** Number that fragments of one packet share; `whole` packets have none. */
  fragmentId: number
  fragment: 'whole' | 'first' | 'later'
  /** What the IP header itself is wrapped in, and the key or network identifier there. */
  tunnel: Tunnel
  tunnelId: number
}

export function newIpLayer(): IpLayer {
  return {
    source: new Uint32Array(4),
    destination: new Uint32Array(4),
    protocol: 0,
    sourcePort: 0,
    destinationPort: 0,
    tcpFlags: 0,
    payloadBytes: 0,
    payloadAt: 0,
    payloadEnd: 0,
    fragmentId: 0,
    fragment: 'whole',
    tunnel: 'none',
    tunnelId: 0,
  }
}

/** Whether the packet is the first or only fragment, whose transport header is there. */
export const hasTransport = ({ fragment }: IpLayer): boolean => fragment !== 'later'
