import type { Application } from '../../../src/capture/wire/applications/application.ts'
import * as make from './packet-bytes.ts'

const { data, etherType, protocol } = make
const ends = ['10.1.0.1', '10.1.0.2'] as const

const packet = (carried: number, payload: Uint8Array) => ({
  bytes: make.ethernet(etherType.ipv4, make.ipv4([...ends], carried, payload)),
})
const datagram = (port: number, payload: Uint8Array) =>
  packet(protocol.udp, make.udp([40_000, port], payload))
const segment = (port: number, payload: Uint8Array) =>
  packet(protocol.tcp, make.tcp([40_000, port], payload))
/** The head, then filler up to a length. */
const filled = (length: number, ...head: readonly number[]) =>
  Uint8Array.from([...head, ...data(length - head.length)])

/** A whole ClientHello of one cipher suite and no extensions. */
const hello = [3, 3, ...data(32), 0, 0, 2, 0x13, 1, 1, 0]
const clientHello = Uint8Array.from([
  22,
  3,
  1,
  0,
  hello.length + 4,
  1,
  0,
  0,
  hello.length,
  ...hello,
])
const ike = Uint8Array.from([...data(16), 0, 0x20, 34, 8, 0, 0, 0, 0, 0, 0, 0, 28])
/** Version 1, an identifier of 8 bytes and none, no token, and the length of the rest. */
const quicInitial = [0xc3, 0, 0, 0, 1, 8, ...data(8), 0, 0, 0x44, 0x9e]
const openvpnReset = Uint8Array.from([0x38, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0])

interface ApplicationCapture {
  readonly name: string
  readonly linkType: 1
  readonly packets: readonly { readonly bytes: Uint8Array }[]
  readonly application: Application
  /** As tshark names it in `frame.protocols`. */
  readonly theirs: string
}

const capture = (
  name: string,
  application: Application,
  theirs: string,
  one: { readonly bytes: Uint8Array },
): ApplicationCapture => ({ name, linkType: 1, packets: [one], application, theirs })

/** One packet each of what is neither TCP nor UDP, and of what tells its application by itself. */
export const applicationCaptures: readonly ApplicationCapture[] = [
  capture('SCTP', 'unknown', 'sctp', packet(protocol.sctp, make.sctp([40_000, 36_412], data(0)))),
  capture('ICMP', 'unknown', 'icmp', packet(protocol.icmp, make.icmpEcho(data(56)))),
  capture('ESP', 'esp', 'esp', packet(protocol.esp, make.esp(data(80)))),
  capture('ESP behind NAT', 'esp', 'esp', datagram(4500, filled(100, 1, 2, 3, 4))),
  capture('IKE', 'ike', 'isakmp', datagram(500, ike)),
  capture('WireGuard', 'wireguard', 'wg', datagram(51_820, filled(148, 1, 0, 0, 0))),
  capture('OpenVPN', 'openvpn', 'openvpn', datagram(1194, openvpnReset)),
  capture('QUIC', 'quic', 'quic', datagram(443, filled(1200, ...quicInitial))),
  capture('TLS', 'tls', 'tls', segment(443, clientHello)),
  capture('SSH', 'ssh', 'ssh', segment(22, data('SSH-2.0-OpenSSH_9.2\r\n'))),
]
