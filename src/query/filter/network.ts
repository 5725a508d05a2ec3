import {
  addressBytes,
  formatAddress,
  isIpv4,
  parseAddress,
  type Address,
} from '../../model/address.ts'

/** Addresses that begin with the same bits; one address is a network of 128. */
export interface Network {
  /** Bits past `bits` are 0. */
  readonly address: Address
  /** Of the 16 bytes: an IPv4 /8 is 104, as `address` is v4-mapped. */
  readonly bits: number
}

export const addressBits = addressBytes * 8
/** Bits before the 32 of a v4-mapped address. */
const mappedBits = addressBits - 32

/**
 * `10.0.0.1`, `10.0.0.0/8`, `2001:db8::/32`, and pcap's short `10/8`; undefined for anything else. Bits past the
 * length are dropped, so that an interface's own `192.168.1.5/24` stands for its network.
 */
export function parseNetwork(text: string): Network | undefined {
  const match = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text)
  if (!match) return undefined
  const [, host = '', length] = match
  const address = parseAddress(length === undefined ? host : withAllParts(host))
  if (!address) return undefined
  // A dotted text counts its bits from 0 to 32; ::ffff:10.0.0.1/128 counts all 128.
  const before = host.includes(':') ? 0 : mappedBits
  const bits = length === undefined ? addressBits : before + Number(length)
  return bits > addressBits ? undefined : { address: masked(address, bits), bits }
}

const withAllParts = (host: string) =>
  /^\d+(\.\d+){0,2}$/.test(host) ? host + '.0'.repeat(4 - host.split('.').length) : host

function masked(address: Address, bits: number): Address {
  return address.map((byte, i) => byte & maskOf(i, bits))
}

/** Of byte `i`, those bits that lie in the first `bits` of an address. */
export const maskOf = (i: number, bits: number) =>
  (0xff00 >> Math.min(8, Math.max(0, bits - 8 * i))) & 0xff

const isOfIpv4 = ({ address, bits }: Network) => bits >= mappedBits && isIpv4(address)

/** `10.0.0.0/8`; without a length where it is one address. */
export function formatNetwork(network: Network): string {
  const text = formatAddress(network.address)
  if (network.bits === addressBits) return text
  return `${text}/${network.bits - (isOfIpv4(network) ? mappedBits : 0)}`
}

export const isOneAddress = ({ bits }: Network): boolean => bits === addressBits

/** `::/0` holds every IPv6 address and no IPv4 one, though v4-mapped addresses begin with its no bits. */
export function contains(network: Network, address: Address): boolean {
  if (isIpv4(address) !== isOfIpv4(network)) return false
  for (let i = 0; 8 * i < network.bits; i++)
    if ((address[i]! & maskOf(i, network.bits)) !== network.address[i]) return false
  return true
}
