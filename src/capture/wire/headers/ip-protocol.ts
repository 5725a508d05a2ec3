import type { Header, PacketWalk, WalkEnd } from '../packet-walk.ts'

/** IANA protocol numbers whose header is read, or that say something about the payload. */
export const ipProtocol = {
  hopByHop: 0,
  ipv4: 4,
  tcp: 6,
  udp: 17,
  ipv6: 41,
  routing: 43,
  fragment: 44,
  gre: 47,
  esp: 50,
  ah: 51,
  destinationOptions: 60,
  sctp: 132,
  mobility: 135,
  udplite: 136,
} as const

/**
 * What follows an IP header or one of its extensions, by its number. Notes it in the layer, and what follows as the
 * layer's payload until a header there says better.
 */
export function byIpProtocol(walk: PacketWalk, protocol: number): Header | WalkEnd {
  const layer = walk.layers[walk.depth - 1]!
  layer.protocol = walk.protocol = protocol
  walk.notePayload()
  switch (protocol) {
    case ipProtocol.hopByHop:
    case ipProtocol.routing:
    case ipProtocol.fragment:
    case ipProtocol.destinationOptions:
    case ipProtocol.mobility:
      return 'ipv6-extension'
    case ipProtocol.ah:
      return layer.fragment === 'later' ? 'whole' : 'ah'
    default:
      return layer.fragment === 'later' ? 'whole' : transport(walk, protocol)
  }
}

function transport(walk: PacketWalk, protocol: number): Header | WalkEnd {
  switch (protocol) {
    case ipProtocol.tcp:
      return 'tcp'
    case ipProtocol.udp:
    case ipProtocol.udplite:
      return 'udp'
    case ipProtocol.sctp:
      return 'sctp'
    case ipProtocol.gre:
      return 'gre'
    case ipProtocol.ipv4:
      walk.enter('ipip', 0)
      return 'ipv4'
    case ipProtocol.ipv6:
      walk.enter('6in4', 0)
      return 'ipv6'
    default:
      return 'whole'
  }
}
