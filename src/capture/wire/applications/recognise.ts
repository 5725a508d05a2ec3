import { ipProtocol } from '../headers/ip-protocol.ts'
import type { IpLayer } from '../ip-layer.ts'
import type { Payload, Sign } from './application.ts'
import { ike, ikePort, ipsecBehindNat, ipsecNatPort } from './ipsec.ts'
import { openvpn, openvpnPort } from './openvpn.ts'
import { quic } from './quic.ts'
import { ssh } from './ssh.ts'
import { tls } from './tls.ts'
import { wireguard } from './wireguard.ts'

const byPort = { application: 'openvpn', strength: 'strong' } as const
const esp = { application: 'esp', strength: 'strong' } as const

/** What a packet's innermost payload says about its flow; undefined where it says nothing. */
export function recognise(layer: IpLayer, payload: Payload): Sign | undefined {
  switch (layer.protocol) {
    case ipProtocol.esp:
      return esp
    case ipProtocol.tcp:
      return tls(payload) ?? ssh(payload) ?? (isAt(layer, openvpnPort) ? byPort : undefined)
    case ipProtocol.udp:
      return ofUdp(layer, payload)
    default:
      return undefined
  }
}

function ofUdp(layer: IpLayer, payload: Payload): Sign | undefined {
  if (isAt(layer, openvpnPort)) return byPort
  if (isAt(layer, ikePort)) return ike(payload)
  if (isAt(layer, ipsecNatPort)) return ipsecBehindNat(payload)
  return quic(payload) ?? wireguard(payload) ?? openvpn(payload)
}

const isAt = ({ sourcePort, destinationPort }: IpLayer, port: number): boolean =>
  sourcePort === port || destinationPort === port
