import { addressBytes, ipv4Mapped, type Address } from '../../model/address.ts'
import type { FlowRecord } from '../../model/flow.ts'
import { encodeRequest, findAttribute, netlinkFlag, viewOf } from '../sockdiag/netlink.ts'

/** The ends of a flow, whoever looks at it. */
export type FlowEnds = Pick<
  FlowRecord,
  'protocol' | 'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort'
>

/** A flow that has other ends on the other side of this host: NAT. `local` is who opened it. */
export interface Translation {
  /** As it is before it passes. */
  readonly before: FlowEnds
  readonly after: FlowEnds
}

/** NFNL_SUBSYS_CTNETLINK << 8, and IPCTNL_MSG_CT_ (linux/netfilter/nfnetlink_conntrack.h). */
const conntrack = 1 << 8
const messageType = { new: conntrack, get: conntrack | 1 } as const
/** struct nfgenmsg: family, version, resource. */
const generalBytes = 4
/** CTA_, CTA_TUPLE_, CTA_IP_, CTA_PROTO_. */
const attribute = { original: 1, reply: 2 } as const
const ofTuple = { addresses: 1, protocol: 2 } as const
const ofAddresses = { ipv4: [1, 2], ipv6: [3, 4] } as const
const ofProtocol = { number: 1, sourcePort: 2, destinationPort: 3 } as const

/** Asks for all connections of every family. */
export const encodeConntrackDump = (sequence: number): Uint8Array =>
  encodeRequest({
    type: messageType.get,
    flags: netlinkFlag.request | netlinkFlag.dump,
    sequence,
    payload: new Uint8Array(generalBytes),
  })

/** Undefined for what is no connection, and for one whose answers simply come back to whoever asked. */
export function decodeTranslation(type: number, payload: Uint8Array): Translation | undefined {
  if (type !== messageType.new) return undefined
  const before = endsIn(findAttribute(payload, generalBytes, attribute.original))
  const answer = endsIn(findAttribute(payload, generalBytes, attribute.reply))
  if (!before || !answer) return undefined
  const after = {
    protocol: answer.protocol,
    localAddress: answer.remoteAddress,
    localPort: answer.remotePort,
    remoteAddress: answer.localAddress,
    remotePort: answer.localPort,
  }
  return isSame(before, after) ? undefined : { before, after }
}

/** From source to destination; ports are 0 where the protocol has none. */
function endsIn(tuple: Uint8Array | undefined): FlowEnds | undefined {
  const addresses = tuple && findAttribute(tuple, 0, ofTuple.addresses)
  const protocol = tuple && findAttribute(tuple, 0, ofTuple.protocol)
  const number = protocol && findAttribute(protocol, 0, ofProtocol.number)
  if (!addresses || !number || number.length < 1) return undefined
  const localAddress = addressIn(addresses, 0)
  const remoteAddress = addressIn(addresses, 1)
  if (!localAddress || !remoteAddress) return undefined
  const portOf = (which: number) => {
    const port = findAttribute(protocol, 0, which)
    return port && port.length >= 2 ? viewOf(port).getUint16(0) : 0
  }
  return {
    protocol: number[0]!,
    localAddress,
    localPort: portOf(ofProtocol.sourcePort),
    remoteAddress,
    remotePort: portOf(ofProtocol.destinationPort),
  }
}

/** A copy: what was read is written over. */
function addressIn(addresses: Uint8Array, end: 0 | 1): Address | undefined {
  const ipv4 = findAttribute(addresses, 0, ofAddresses.ipv4[end])
  if (ipv4?.length === 4) return ipv4Mapped(ipv4)
  const ipv6 = findAttribute(addresses, 0, ofAddresses.ipv6[end])
  return ipv6?.length === addressBytes ? new Uint8Array(ipv6) : undefined
}

const isSame = (a: FlowEnds, b: FlowEnds): boolean =>
  a.localPort === b.localPort &&
  a.remotePort === b.remotePort &&
  Buffer.compare(a.localAddress, b.localAddress) === 0 &&
  Buffer.compare(a.remoteAddress, b.remoteAddress) === 0
