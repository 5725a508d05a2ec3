import type { Header, PacketWalk, WalkEnd } from '../packet-walk.ts'

const addresses = 12
const headerBytes = addresses + 2
const tagBytes = 4

const ethertypes = {
  ipv4: 0x0800,
  ipv6: 0x86dd,
  vlan: 0x8100,
  /** 802.1ad, the outer tag of QinQ, and what was used before it. */
  serviceVlan: 0x88a8,
  oldServiceVlan: 0x9100,
} as const

/** What a frame carries, by its ethertype; lengths of IEEE 802.3 frames and unknown types are `not-ip`. */
export function byEthertype(walk: PacketWalk, ethertype: number): Header | WalkEnd {
  switch (ethertype) {
    case ethertypes.ipv4:
      return 'ipv4'
    case ethertypes.ipv6:
      return 'ipv6'
    case ethertypes.vlan:
    case ethertypes.serviceVlan:
    case ethertypes.oldServiceVlan:
      return 'vlan'
    default:
      walk.ethertype = ethertype
      return 'not-ip'
  }
}

/** IEEE 802.3, without the frame check sequence. */
export function ethernet(walk: PacketWalk): Header | WalkEnd {
  if (!walk.has(headerBytes)) return 'cut'
  const ethertype = walk.u16(addresses)
  walk.at += headerBytes
  return byEthertype(walk, ethertype)
}

/** IEEE 802.1Q and 802.1ad: a tag, then the type of what it tags, which may be a tag again. */
export function vlan(walk: PacketWalk): Header | WalkEnd {
  if (!walk.has(tagBytes)) return 'cut'
  const ethertype = walk.u16(2)
  walk.at += tagBytes
  return byEthertype(walk, ethertype)
}
