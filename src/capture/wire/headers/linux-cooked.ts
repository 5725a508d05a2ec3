import type { Header, PacketWalk, WalkEnd } from '../packet-walk.ts'
import { byEthertype } from './ethernet.ts'

const version1 = { protocol: 14, bytes: 16 } as const
const version2 = { protocol: 0, bytes: 20 } as const

/** LINKTYPE_LINUX_SLL: what tcpdump writes of the interface `any`. */
export function linuxCooked(walk: PacketWalk): Header | WalkEnd {
  return cooked(walk, version1)
}

/** LINKTYPE_LINUX_SLL2, the same with the interface's number. */
export function linuxCooked2(walk: PacketWalk): Header | WalkEnd {
  return cooked(walk, version2)
}

function cooked(walk: PacketWalk, at: { protocol: number; bytes: number }): Header | WalkEnd {
  if (!walk.has(at.bytes)) return 'cut'
  const ethertype = walk.u16(at.protocol)
  walk.at += at.bytes
  return byEthertype(walk, ethertype)
}
