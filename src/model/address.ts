/** An IPv4 or IPv6 address as 16 bytes; IPv4 is v4-mapped (::ffff:a.b.c.d, RFC 4291 2.5.5.2). */
export type Address = Uint8Array

export const addressBytes = 16

export function isIpv4(address: Address): boolean {
  for (let i = 0; i < 10; i++) if (address[i] !== 0) return false
  return address[10] === 0xff && address[11] === 0xff
}

/** Of the four bytes of an IPv4 address. */
export function ipv4Mapped(four: Uint8Array): Address {
  const address = new Uint8Array(addressBytes)
  address.set([0xff, 0xff], 10)
  address.set(four, 12)
  return address
}

/** Canonical text: dotted quad, or RFC 5952 (lower case, longest run of zero groups shortened). */
export function formatAddress(address: Address): string {
  if (isIpv4(address)) return `${address[12]}.${address[13]}.${address[14]}.${address[15]}`
  const groups = Array.from({ length: 8 }, (_, i) => (address[2 * i]! << 8) | address[2 * i + 1]!)
  const zeros = longestZeroRun(groups)
  if (zeros.length < 2) return groups.map(hex).join(':')
  const head = groups.slice(0, zeros.start).map(hex).join(':')
  const tail = groups
    .slice(zeros.start + zeros.length)
    .map(hex)
    .join(':')
  return `${head}::${tail}`
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  let start = 0
  for (let i = 0; i <= groups.length; i++) {
    if (groups[i] === 0) continue
    if (i - start > best.length) best = { start, length: i - start }
    start = i + 1
  }
  return best
}

const hex = (group: number) => group.toString(16)

/** Parses a dotted quad or any RFC 4291 text form; undefined for anything else, zone ids included. */
export function parseAddress(text: string): Address | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text)
}

function parseIpv4(text: string): Address | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255))
    return undefined
  return ipv4Mapped(Uint8Array.from(parts, Number))
}

function parseIpv6(text: string): Address | undefined {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  if (dotted) {
    const v4 = parseIpv4(dotted[2]!)
    if (!v4) return undefined
    const groups = [(v4[12]! << 8) | v4[13]!, (v4[14]! << 8) | v4[15]!].map(hex)
    return parseIpv6(dotted[1]! + groups.join(':'))
  }
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const groups = tail
    ? [...head!, ...Array<string>(Math.max(0, 8 - head!.length - tail.length)).fill('0'), ...tail]
    : head!
  if (groups.length !== 8 || (tail && head!.length + tail.length > 7)) return undefined
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined
  return Uint8Array.from(groups.flatMap((g) => [parseInt(g, 16) >> 8, parseInt(g, 16) & 0xff]))
}

/** 127.0.0.0/8 or ::1. */
export function isLoopback(address: Address): boolean {
  if (isIpv4(address)) return address[12] === 127
  for (let i = 0; i < 15; i++) if (address[i] !== 0) return false
  return address[15] === 1
}

export function sameAddress(a: Address, b: Address): boolean {
  for (let i = 0; i < addressBytes; i++) if (a[i] !== b[i]) return false
  return true
}
