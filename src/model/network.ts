import { addressBytes, isIpv4, parseAddress, type Address } from './address.ts'

/** A network in CIDR notation: the addresses whose first `bits` (of 128, v4-mapped) are those of `address`. */
export interface Network {
  readonly address: Address
  /** Of the 16-byte form: 96 more than an IPv4 network's own. */
  readonly bits: number
}

/** Bits before the IPv4 part of a v4-mapped address. */
export const mappedPrefixBits = 96

/** "10.0.0.0/8", "2001:db8::/32", or one address; undefined for anything else, bits set past the prefix included. */
export function parseNetwork(text: string): Network | undefined {
  const match = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text)
  const address = match && parseAddress(match[1] ?? '')
  if (!address) return undefined
  const offset = isIpv4(address) && !text.includes(':') ? mappedPrefixBits : 0
  const bits = match[2] === undefined ? 128 : Number(match[2]) + offset
  const network = { address, bits }
  // 10.1.2.3/8 is more likely a slip than a wish for 10.0.0.0/8.
  return bits <= 128 && isMasked(network) ? network : undefined
}

export function inNetwork(address: Address, { address: base, bits }: Network): boolean {
  const whole = bits >> 3
  for (let i = 0; i < whole; i++) if (address[i] !== base[i]) return false
  const rest = 0xff00 >> (bits & 7)
  return (bits & 7) === 0 || ((address[whole]! ^ base[whole]!) & rest & 0xff) === 0
}

/** The address with all but its first `bits` (of 128) cleared. */
export function keepBits(address: Address, bits: number): Address {
  const kept = new Uint8Array(addressBytes)
  const whole = bits >> 3
  kept.set(address.subarray(0, whole))
  if (bits & 7) kept[whole] = address[whole]! & (0xff00 >> (bits & 7)) & 0xff
  return kept
}

function isMasked({ address, bits }: Network): boolean {
  return keepBits(address, bits).every((byte, i) => byte === address[i])
}
