import type { Header, PacketWalk, WalkEnd } from '../packet-walk.ts'
import { byEthertype } from './ethernet.ts'

const fixedBytes = 8
const ethernetBridged = 0x6558

/** RFC 8926: options, then what the ethertype says. */
export function geneve(walk: PacketWalk): Header | WalkEnd {
  if (!walk.has(fixedBytes)) return walk.at + fixedBytes <= walk.wireEnd ? 'cut' : 'whole'
  // Other traffic on the port is no tunnel.
  if (walk.u8(0) >> 6 !== 0) return 'whole'
  const headerBytes = fixedBytes + (walk.u8(0) & 0x3f) * 4
  const carried = walk.u16(2)
  if (!walk.has(headerBytes)) return walk.at + headerBytes <= walk.wireEnd ? 'cut' : 'whole'
  walk.enter('geneve', walk.u32(4) >>> 8)
  walk.at += headerBytes
  return carried === ethernetBridged ? 'ethernet' : byEthertype(walk, carried)
}
