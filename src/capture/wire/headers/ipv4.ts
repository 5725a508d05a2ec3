import type { AddressWords } from '../ip-layer.ts'
import type { Header, PacketWalk, WalkEnd } from '../packet-walk.ts'
import { byIpProtocol } from './ip-protocol.ts'

const field = { length: 2, id: 4, fragment: 6, protocol: 9, source: 12, destination: 16 } as const
const shortest = 20
const moreFragments = 0x2000
const offsetMask = 0x1fff

/** RFC 791. */
export function ipv4(walk: PacketWalk): Header | WalkEnd {
  if (!walk.has(shortest)) return walk.short(shortest, 'ipv4-header')
  const headerBytes = (walk.u8(0) & 0x0f) * 4
  const totalBytes = walk.u16(field.length)
  // Of packets that the network card will cut (TSO) the length is 0 where 16 bits cannot hold it.
  const isWrong = totalBytes !== 0 && totalBytes < headerBytes
  if (walk.u8(0) >> 4 !== 4 || headerBytes < shortest || isWrong)
    return walk.malformed('ipv4-header')
  const layer = walk.beginLayer()
  if (!layer) return 'too-deep'
  if (totalBytes !== 0) walk.boundDatagram(totalBytes)
  mapped(layer.source, walk.u32(field.source))
  mapped(layer.destination, walk.u32(field.destination))
  const fragment = walk.u16(field.fragment)
  if (fragment & (moreFragments | offsetMask))
    walk.markFragment(fragment & offsetMask, walk.u16(field.id))
  const protocol = walk.u8(field.protocol)
  const areOptionsCut = !walk.has(headerBytes)
  walk.at += headerBytes
  const next = byIpProtocol(walk, protocol)
  return areOptionsCut ? 'cut' : next
}

/** ::ffff:a.b.c.d */
function mapped(words: AddressWords, address: number): void {
  words[0] = 0
  words[1] = 0
  words[2] = 0xffff
  words[3] = address
}
