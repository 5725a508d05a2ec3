import { describe, expect, test } from 'vitest'
import { joined } from './capture-bytes.ts'
import * as make from './packet-bytes.ts'
import { readPackets, removeScratchFiles } from './read-capture.ts'

removeScratchFiles()

const { data, etherType, protocol } = make
const packet = (carried: number, payload: Uint8Array) => ({
  bytes: make.ethernet(etherType.ipv4, make.ipv4(['10.1.0.1', '10.1.0.2'], carried, payload)),
})
type Ports = readonly [number, number]
const segment = (ports: Ports, payload: Uint8Array) =>
  packet(protocol.tcp, make.tcp(ports, payload))
const datagram = (ports: Ports, payload: Uint8Array) =>
  packet(protocol.udp, make.udp(ports, payload))

/** From the other end. */
const reply = (ports: Ports, payload: Uint8Array) => ({
  bytes: make.ethernet(
    etherType.ipv4,
    make.ipv4(['10.1.0.2', '10.1.0.1'], protocol.tcp, make.tcp(ports, payload)),
  ),
})

const of = (...head: readonly number[]) => Uint8Array.from(head)
/** The head, then filler up to a length. */
const filled = (length: number, ...head: readonly number[]) =>
  Uint8Array.from([...head, ...data(length - head.length)])

const clientHello = filled(200, 22, 3, 1, 0, 195, 1)
const serverHello = filled(200, 22, 3, 3, 0, 195, 2)
const tlsData = filled(200, 23, 3, 3, 0, 195)
const quicInitial = filled(1200, 0xc3, 0, 0, 0, 1, 8)
const quicTwo = filled(1200, 0xd3, 0x6b, 0x33, 0x43, 0xcf, 8)
const wireguardInitiation = filled(148, 1, 0, 0, 0)
const wireguardData = filled(96, 4, 0, 0, 0)
const ikeHead = [...Array<number>(16).fill(3), 33, 0x20, 34, 8, 0, 0, 0, 0, 0, 0, 0, 100]
const openvpnReset = of(0x38, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0)
const openvpnReply = joined(
  of(0x40, 8, 7, 6, 5, 4, 3, 2, 1, 1, 0, 0, 0, 0),
  of(1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0),
)

describe('a flow is told from what is in it', () => {
  test.each([
    ['TLS by its hello', [segment([40_000, 8443], clientHello)], 'tls', 'encrypted'],
    ["TLS by the server's hello", [segment([8443, 40_000], serverHello)], 'tls', 'encrypted'],
    [
      'TLS after a clear beginning',
      [segment([40_000, 25], data('EHLO x')), segment([40_000, 25], clientHello)],
      'tls',
      'encrypted',
    ],
    [
      'TLS older than capture by two records',
      [segment([40_000, 443], tlsData), segment([40_000, 443], tlsData)],
      'tls',
      'encrypted',
    ],
    ['one record of data alone is no TLS', [segment([40_000, 443], tlsData)], 'unknown', 'clear'],
    [
      'SSH by its banner',
      [segment([40_000, 2222], data('SSH-2.0-OpenSSH_9.2'))],
      'ssh',
      'encrypted',
    ],
    ['QUIC by a long header', [datagram([40_000, 443], quicInitial)], 'quic', 'encrypted'],
    ['QUIC version 2', [datagram([40_000, 443], quicTwo)], 'quic', 'encrypted'],
    [
      'a QUIC header of no known version is none',
      [datagram([1000, 2000], filled(100, 0xc3, 9, 9, 9, 9, 8))],
      'unknown',
      'clear',
    ],
    [
      'WireGuard by its handshake',
      [datagram([40_000, 51_820], wireguardInitiation)],
      'wireguard',
      'opaque',
    ],
    [
      'WireGuard older than capture by two messages',
      [datagram([40_000, 9999], wireguardData), datagram([40_000, 9999], wireguardData)],
      'wireguard',
      'opaque',
    ],
    ['OpenVPN by its port', [datagram([40_000, 1194], data(100))], 'openvpn', 'opaque'],
    [
      'OpenVPN elsewhere by its reset',
      [datagram([40_000, 443], openvpnReset)],
      'openvpn',
      'opaque',
    ],
    [
      'OpenVPN elsewhere by the reply',
      [datagram([443, 40_000], openvpnReply)],
      'openvpn',
      'opaque',
    ],
    ['IKE by its header', [datagram([500, 500], filled(100, ...ikeHead))], 'ike', 'opaque'],
    [
      'IKE behind NAT',
      [datagram([4500, 4500], filled(104, 0, 0, 0, 0, ...ikeHead))],
      'ike',
      'opaque',
    ],
    ['ESP behind NAT', [datagram([4500, 4500], filled(100, 1, 2, 3, 4))], 'esp', 'opaque'],
    ['ESP', [packet(protocol.esp, make.esp(data(80)))], 'esp', 'opaque'],
    ['HTTP', [segment([40_000, 80], data('GET / HTTP/1.1'))], 'unknown', 'clear'],
    ['DNS', [datagram([40_000, 53], data(40))], 'unknown', 'clear'],
    ['ICMP', [packet(protocol.icmp, make.icmpEcho(data(56)))], 'unknown', 'clear'],
  ] as const)('%s', (_name, packets, application, opacity) => {
    const { flows, totals } = readPackets(packets)
    expect(flows).toMatchObject([{ application, opacity }])
    expect(totals.classes[opacity].packets).toBe(packets.length)
  })
})

test('every packet is in exactly one class, and all of a flow are in its own', () => {
  const packets = [
    segment([40_000, 443], data(0)),
    segment([40_000, 443], clientHello),
    reply([443, 40_000], data(900)),
    datagram([40_000, 1194], data(1000)),
    segment([40_001, 80], data('GET /')),
    { ...segment([40_002, 81], data(500)), snap: 66 },
    { bytes: make.ethernet(etherType.arp, data(46)) },
    { bytes: make.ethernet(etherType.ipv4, data(10)) },
  ]
  const { totals } = readPackets(packets)
  const bytesOf = (from: number, to: number) =>
    packets.slice(from, to).reduce((sum, { bytes }) => sum + bytes.length, 0)
  expect(totals.classes).toEqual({
    encrypted: { packets: 3, wireBytes: bytesOf(0, 3) },
    opaque: { packets: 1, wireBytes: bytesOf(3, 4) },
    clear: { packets: 1, wireBytes: bytesOf(4, 5) },
    'headers-only': { packets: 1, wireBytes: bytesOf(5, 6) },
    'not-ip': { packets: 1, wireBytes: bytesOf(6, 7) },
    undecoded: { packets: 1, wireBytes: bytesOf(7, 8) },
  })
  expect(totals.ethertypes).toEqual({ '0x0806': 1 })
  expect(totals.defects.list()).toEqual({ 'ipv4-header': 1 })
})
