import type { Header, PacketWalk, WalkEnd } from '../packet-walk.ts'
import { byEthertype } from './ethernet.ts'

const fixedBytes = 4
const optionalBytes = 4
const flag = { checksum: 0x8000, routing: 0x4000, key: 0x2000, sequence: 0x1000 } as const
const versionMask = 0x0007
const ethernetBridged = 0x6558

/** RFC 2784 and 2890. Version 1 (PPTP) and source routes carry nothing that is read here. */
export function gre(walk: PacketWalk): Header | WalkEnd {
  if (!walk.has(fixedBytes)) return walk.short(fixedBytes, 'gre-header')
  const flags = walk.u16(0)
  const carried = walk.u16(2)
  if (flags & (versionMask | flag.routing)) return 'whole'
  const checksumBytes = flags & flag.checksum ? optionalBytes : 0
  const keyBytes = flags & flag.key ? optionalBytes : 0
  const sequenceBytes = flags & flag.sequence ? optionalBytes : 0
  const headerBytes = fixedBytes + checksumBytes + keyBytes + sequenceBytes
  if (!walk.has(headerBytes)) return walk.short(headerBytes, 'gre-header')
  walk.enter('gre', keyBytes === 0 ? 0 : walk.u32(fixedBytes + checksumBytes))
  walk.passTransport(headerBytes)
  return carried === ethernetBridged ? 'ethernet' : byEthertype(walk, carried)
}
