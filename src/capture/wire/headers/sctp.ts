import type { Header, PacketWalk, WalkEnd } from '../packet-walk.ts'

const headerBytes = 12
const portBytes = 4

/** RFC 9260: ports, verification tag, checksum; its chunks are the payload. */
export function sctp(walk: PacketWalk): Header | WalkEnd {
  const layer = walk.layers[walk.depth - 1]!
  if (!walk.has(portBytes)) return walk.at + portBytes <= walk.wireEnd ? 'cut' : 'whole'
  layer.sourcePort = walk.u16(0)
  layer.destinationPort = walk.u16(2)
  walk.passTransport(headerBytes)
  return 'whole'
}
