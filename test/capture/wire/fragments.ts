import type { Written } from './capture-bytes.ts'
import * as make from './packet-bytes.ts'

const { data, etherType, protocol, udp } = make
const ends = ['10.1.0.1', '10.1.0.2'] as const
/** Where the datagrams are cut, in bytes from the IP payload's beginning. */
const pieceBytes = 1400

/** A datagram of IPv4 in as many fragments as it takes. */
function ipv4Fragments(carried: number, payload: Uint8Array, id: number): Uint8Array[] {
  return piecesOf(payload).map(({ piece, offset, more }) =>
    make.ethernet(etherType.ipv4, make.ipv4(ends, carried, piece, { id, offset, more })),
  )
}

/** Two fragments of a small datagram, 16 bytes of it in the first. */
export const shortFragments = (payload: Uint8Array, id: number) =>
  [
    { piece: payload.subarray(0, 16), offset: 0, more: true },
    { piece: data(8), offset: 16, more: false },
  ].map(({ piece, ...place }) =>
    make.ethernet(etherType.ipv4, make.ipv4(ends, protocol.udp, piece, { id, ...place })),
  )

function ipv6Fragments(carried: number, payload: Uint8Array, id: number): Uint8Array[] {
  return piecesOf(payload).map(({ piece, offset, more }) =>
    make.ethernet(
      etherType.ipv6,
      make.ipv6([1, 2], protocol.fragment, make.ipv6Fragment(carried, { offset, more, id }, piece)),
    ),
  )
}

function piecesOf(payload: Uint8Array) {
  const count = Math.ceil(payload.length / pieceBytes)
  return Array.from({ length: count }, (_, i) => ({
    piece: payload.subarray(i * pieceBytes, (i + 1) * pieceBytes),
    offset: i * pieceBytes,
    more: i < count - 1,
  }))
}

const large = udp([40_000, 53], data(4000))
const inVxlan = udp(
  [54_321, 4789],
  make.vxlan(
    42,
    make.ethernet(etherType.ipv4, make.ipv4(['172.16.0.1', '172.16.0.2'], protocol.udp, large)),
  ),
)
const written = (packets: readonly Uint8Array[]): readonly Written[] =>
  packets.map((bytes) => ({ bytes }))

/** Captures of fragments; tshark counts ports of first fragments only, so these have none but in them. */
export const fragmented = [
  {
    name: 'fragments of ESP',
    linkType: 1,
    packets: written(ipv4Fragments(protocol.esp, make.esp(data(4000)), 7)),
  },
  {
    name: 'fragments of IPv6 ESP',
    linkType: 1,
    packets: written(ipv6Fragments(protocol.esp, make.esp(data(4000)), 7)),
  },
]

export const datagrams = {
  ipv4: ipv4Fragments(protocol.udp, large, 1),
  ipv6: ipv6Fragments(protocol.udp, large, 2),
  inVxlan: ipv4Fragments(protocol.udp, inVxlan, 3),
  payloadBytes: 4000,
} as const
