import type { Header, PacketWalk, WalkEnd } from '../packet-walk.ts'

const headerBytes = 8
const hasIdentifier = 0x08

/** RFC 7348: a whole Ethernet frame of the virtual network whose identifier it names. */
export function vxlan(walk: PacketWalk): Header | WalkEnd {
  if (!walk.has(headerBytes)) return walk.at + headerBytes <= walk.wireEnd ? 'cut' : 'whole'
  // Other traffic on the port is no tunnel.
  if ((walk.u8(0) & hasIdentifier) === 0) return 'whole'
  walk.enter('vxlan', walk.u32(4) >>> 8)
  walk.at += headerBytes
  return 'ethernet'
}
