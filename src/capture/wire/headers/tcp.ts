import type { Header, PacketWalk, WalkEnd } from '../packet-walk.ts'

const shortest = 20
const portBytes = 4
/** Up to the flags, which are the last that a flow needs. */
const neededBytes = 14

/** Bits of the flags byte. */
export const tcpFlag = { fin: 0x01, syn: 0x02, rst: 0x04, ack: 0x10 } as const

/** RFC 9293. Ports are taken even where the rest of the header was not captured. */
export function tcp(walk: PacketWalk): Header | WalkEnd {
  const layer = walk.layers[walk.depth - 1]!
  if (walk.has(portBytes)) {
    layer.sourcePort = walk.u16(0)
    layer.destinationPort = walk.u16(2)
  }
  if (!walk.has(neededBytes)) return walk.short(shortest, 'tcp-header')
  const headerBytes = (walk.u8(12) >> 4) * 4
  const isLonger = walk.at + headerBytes > walk.wireEnd && layer.fragment === 'whole'
  if (headerBytes < shortest || isLonger) return walk.malformed('tcp-header')
  layer.tcpFlags = walk.u8(13)
  walk.passTransport(headerBytes)
  return 'whole'
}
