import { addressBytes, isIpv4, parseAddress } from '../address.ts'

/** Addresses that are nobody's in particular, so that no database knows more of them than this. */
export const specialKinds = ['loopback', 'private', 'link-local', 'multicast', 'reserved'] as const
export type SpecialKind = (typeof specialKinds)[number]

/**
 * What the special-purpose registries of IANA (RFC 6890) call not globally reachable, multicast, and the addresses of
 * 6to4 and Teredo, which are made of a customer's IPv4 address: whoever announces these is not whom one talks to.
 */
const networks: readonly (readonly [network: string, bits: number, kind: SpecialKind])[] = [
  ['0.0.0.0', 8, 'reserved'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'private'],
  ['127.0.0.0', 8, 'loopback'],
  ['169.254.0.0', 16, 'link-local'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'reserved'],
  ['192.0.2.0', 24, 'reserved'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'reserved'],
  ['198.51.100.0', 24, 'reserved'],
  ['203.0.113.0', 24, 'reserved'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved'],
  ['::', 128, 'reserved'],
  ['::1', 128, 'loopback'],
  ['64:ff9b:1::', 48, 'private'],
  ['100::', 64, 'reserved'],
  ['2001::', 32, 'reserved'],
  ['2001:2::', 48, 'reserved'],
  ['2001:10::', 28, 'reserved'],
  ['2001:db8::', 32, 'reserved'],
  ['2002::', 16, 'reserved'],
  ['3fff::', 20, 'reserved'],
  ['5f00::', 16, 'reserved'],
  ['fc00::', 7, 'private'],
  ['fe80::', 10, 'link-local'],
  ['fec0::', 10, 'private'],
  ['ff00::', 8, 'multicast'],
]

interface SpecialNetwork {
  readonly bytes: Uint8Array
  /** Of the bytes from `from` on: an IPv4 address is the last four. */
  readonly from: number
  readonly wholeBytes: number
  /** Of the byte after them. */
  readonly mask: number
  readonly kind: SpecialKind
}

const ipv4From = addressBytes - 4

const prepared = networks.map(([network, bits, kind]): SpecialNetwork => {
  const bytes = parseAddress(network)!
  const mask = (0xff00 >> (bits % 8)) & 0xff
  const from = isIpv4(bytes) ? ipv4From : 0
  return { bytes, from, wholeBytes: Math.floor(bits / 8), mask, kind }
})
const ofIpv4 = prepared.filter(({ from }) => from === ipv4From)
const ofIpv6 = prepared.filter(({ from }) => from === 0)

/** What kind of special address the 16 bytes at `at` are; undefined of one that somebody has been given. */
export function specialKind(
  addresses: Uint8Array,
  at: number,
  isV4: boolean,
): SpecialKind | undefined {
  for (const network of isV4 ? ofIpv4 : ofIpv6)
    if (isIn(network, addresses, at)) return network.kind
  return undefined
}

function isIn(
  { bytes, from, wholeBytes, mask }: SpecialNetwork,
  addresses: Uint8Array,
  at: number,
) {
  const end = from + wholeBytes
  for (let i = from; i < end; i++) if (addresses[at + i] !== bytes[i]) return false
  return mask === 0 || (addresses[at + end]! & mask) === bytes[end]
}
