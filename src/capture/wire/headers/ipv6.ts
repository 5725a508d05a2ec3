import type { AddressWords } from '../ip-layer.ts'
import type { Header, PacketWalk, WalkEnd } from '../packet-walk.ts'
import { byIpProtocol, ipProtocol } from './ip-protocol.ts'

const field = { payload: 4, next: 6, source: 8, destination: 24 } as const
const headerBytes = 40
/** Extension headers come in units of 8 bytes, the first not counted; the fragment header has no length. */
const unitBytes = 8
const authenticationUnitBytes = 4
const moreFragments = 0x0001
const offsetMask = 0xfff8

/** RFC 8200. */
export function ipv6(walk: PacketWalk): Header | WalkEnd {
  if (!walk.has(headerBytes)) return walk.short(headerBytes, 'ipv6-header')
  if (walk.u8(0) >> 4 !== 6) return walk.malformed('ipv6-header')
  const layer = walk.beginLayer()
  if (!layer) return 'too-deep'
  const payloadBytes = walk.u16(field.payload)
  // 0 of jumbograms, and of packets that the network card will cut (TSO).
  if (payloadBytes !== 0) walk.boundDatagram(headerBytes + payloadBytes)
  readAddress(walk, field.source, layer.source)
  readAddress(walk, field.destination, layer.destination)
  const next = walk.u8(field.next)
  walk.at += headerBytes
  return byIpProtocol(walk, next)
}

/** Hop-by-hop, routing, destination options, mobility and fragment headers: RFC 8200 4, RFC 6275. */
export function ipv6Extension(walk: PacketWalk): Header | WalkEnd {
  if (!walk.has(unitBytes)) return walk.short(unitBytes, 'ipv6-header')
  const next = walk.u8(0)
  if (walk.protocol === ipProtocol.fragment) return fragment(walk, next)
  const bytes = (walk.u8(1) + 1) * unitBytes
  return passExtension(walk, bytes, next)
}

/** Authentication header, RFC 4302: what it authenticates is readable behind it. */
export function ah(walk: PacketWalk): Header | WalkEnd {
  if (!walk.has(unitBytes)) return walk.short(unitBytes, 'ipv6-header')
  return passExtension(walk, (walk.u8(1) + 2) * authenticationUnitBytes, walk.u8(0))
}

function fragment(walk: PacketWalk, next: number): Header | WalkEnd {
  const layer = walk.layers[walk.depth - 1]!
  const flags = walk.u16(2)
  // An "atomic" fragment (RFC 6946) is the whole packet.
  if (flags & (offsetMask | moreFragments)) walk.markFragment(flags & offsetMask, walk.u32(4))
  walk.at += unitBytes
  if (layer.fragment !== 'later') return byIpProtocol(walk, next)
  // What follows is the middle of something; an extension's number here is that of the first fragment's header.
  layer.protocol = next
  walk.notePayload()
  return 'whole'
}

function passExtension(walk: PacketWalk, bytes: number, next: number): Header | WalkEnd {
  if (!walk.has(bytes)) return walk.short(bytes, 'ipv6-header')
  walk.at += bytes
  return byIpProtocol(walk, next)
}

function readAddress(walk: PacketWalk, offset: number, words: AddressWords): void {
  for (let i = 0; i < 4; i++) words[i] = walk.u32(offset + 4 * i)
}
