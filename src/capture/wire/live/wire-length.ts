import { linkType } from './link-type.ts'

const ethernetAddresses = 12
const cookedType = 14
const typeBytes = 2
const tagBytes = 4
const tags = [0x8100, 0x88a8, 0x9100]
const ipv4Type = 0x0800
const ipv6Type = 0x86dd
const ipv6HeaderBytes = 40

/**
 * Bytes on the wire of a packet of which only a beginning was captured: what its outermost IP header says. A packet
 * that is longer than its beginning has no padding behind it. Undefined for what is not IP, and where the header leaves
 * it open (segments over 64 kB).
 */
export function wireLength(bytes: Buffer, kind: number): number | undefined {
  let at = kind === linkType.raw ? 0 : kind === linkType.cooked ? cookedType : ethernetAddresses
  if (kind !== linkType.raw) {
    while (at + tagBytes < bytes.length && tags.includes(bytes.readUInt16BE(at))) at += tagBytes
    const type = bytes.readUInt16BE(at)
    if (type !== ipv4Type && type !== ipv6Type) return undefined
    at += typeBytes
  }
  if (at + ipv6HeaderBytes > bytes.length) return undefined
  const isIpv6 = bytes[at]! >>> 4 === 6
  const length = bytes.readUInt16BE(at + (isIpv6 ? 4 : 2))
  if (length === 0) return undefined
  return at + length + (isIpv6 ? ipv6HeaderBytes : 0)
}
