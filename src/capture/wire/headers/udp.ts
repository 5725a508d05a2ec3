import type { Header, PacketWalk, WalkEnd } from '../packet-walk.ts'
import { ipProtocol } from './ip-protocol.ts'

const headerBytes = 8
const portBytes = 4
const ports = { vxlan: 4789, vxlanOfLinux: 8472, geneve: 6081 } as const

/** RFC 768, and UDP-Lite, whose third field is no length (RFC 3828). */
export function udp(walk: PacketWalk): Header | WalkEnd {
  const layer = walk.layers[walk.depth - 1]!
  if (walk.has(portBytes)) {
    layer.sourcePort = walk.u16(0)
    layer.destinationPort = walk.u16(2)
  }
  if (!walk.has(headerBytes)) return walk.short(headerBytes, 'udp-header')
  // A first fragment holds less than its UDP length says; of GSO and jumbograms it is 0.
  const length = layer.protocol === ipProtocol.udp && layer.fragment === 'whole' ? walk.u16(4) : 0
  if (length !== 0 && length < headerBytes) return walk.malformed('udp-header')
  if (length !== 0 && walk.at + length < walk.wireEnd) walk.boundDatagram(length)
  walk.passTransport(headerBytes)
  return carried(layer.destinationPort)
}

/** Tunnels are told by the port that they are sent to: the source port is a hash of the inner flow. */
function carried(port: number): Header | WalkEnd {
  if (port === ports.vxlan || port === ports.vxlanOfLinux) return 'vxlan'
  return port === ports.geneve ? 'geneve' : 'whole'
}
