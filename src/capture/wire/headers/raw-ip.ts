import type { Header, PacketWalk, WalkEnd } from '../packet-walk.ts'

const familyBytes = 4

/** A packet that begins with its IP header, which says itself of which version it is. */
export function ip(walk: PacketWalk): Header | WalkEnd {
  if (!walk.has(1)) return 'cut'
  const version = walk.u8(0) >> 4
  if (version === 4) return 'ipv4'
  return version === 6 ? 'ipv6' : 'not-ip'
}

/** BSD's loopback header, an address family in the byte order of whoever captured; the IP header says it as well. */
export function loopback(walk: PacketWalk): Header | WalkEnd {
  if (!walk.has(familyBytes)) return 'cut'
  walk.at += familyBytes
  return 'ip'
}
