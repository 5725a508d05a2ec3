import { formatAddress, parseAddress } from '../../src/model/address.ts'
import { useWhereabouts } from '../../src/model/whereabouts/known-whereabouts.ts'
import { readWhereabouts } from '../../src/model/whereabouts/whereabouts-file.ts'
import { whereaboutsOf } from '../../src/model/whereabouts/whereabouts.ts'
import { whereaboutsBytes, type Listed } from '../../src/names/whereabouts-bytes.ts'

/** A few ranges, so that generated addresses meet some of them, their edges and what is between them. */
const countries = [
  ['1.1.1.0', '1.1.1.255', 'AU'],
  ['8.8.8.0', '8.8.8.8', 'US'],
  ['8.8.8.9', '8.8.8.255', 'DE'],
  ['2620:fe::', '2620:fe::ffff:ffff:ffff:ffff', 'US'],
] as const
const systems = [
  ['1.1.1.1', '1.1.1.1', 13335],
  ['8.8.8.0', '8.8.9.255', 15169],
  ['2620:fe::', '2620:fe::fe', 19281],
] as const
export const asNames = new Map([
  [13335, 'Cloudflare, Inc.'],
  [19281, 'a b'],
])
/** Addresses in these ranges and beside them. */
export const publicAddresses = [
  '1.1.1.1',
  '1.1.1.2',
  '8.8.8.8',
  '8.8.9.9',
  '9.9.9.9',
  '2620:fe::fe',
  '2620:fe::ff',
  '64:ff9b::808:808',
]

export const smallDatabase = { name: 'A small database', date: '2026-06-17' }

export const bitsOf = (text: string): bigint =>
  parseAddress(text)!.reduce((number, byte) => number * 256n + BigInt(byte), 0n)
const mapped = bitsOf('::ffff:0:0')

type Ranges<T> = readonly (readonly [from: string, to: string, value: T])[]

function listed<T>(rows: Ranges<T>, family: 4 | 6): Listed<T>[] {
  const base = family === 4 ? mapped : 0n
  return rows
    .filter(([from]) => from.includes(':') === (family === 6))
    .map(([from, to, value]) => ({ from: bitsOf(from) - base, to: bitsOf(to) - base, value }))
}

export const smallWhereaboutsBytes = (): Uint8Array =>
  whereaboutsBytes({
    ...smallDatabase,
    builtFrom: 'a test',
    countryByIpv4: listed(countries, 4),
    countryByIpv6: listed(countries, 6),
    asByIpv4: listed(systems, 4),
    asByIpv6: listed(systems, 6),
    asNames,
  })

/** This process knows the small database from now on. */
export function useSmallWhereabouts(): void {
  const read = readWhereabouts(smallWhereaboutsBytes())
  if (!read.ok) throw new Error(read.why)
  const whereabouts = whereaboutsOf(read.sections)
  useWhereabouts(() => ({ kind: 'known', whereabouts }))
}

/** What an address that is nobody's is, of those that tests make. */
const special: readonly (readonly [RegExp, string])[] = [
  [/^(10|192\.168|172\.16)\./, 'private'],
  [/^127\.|^::1$/, 'loopback'],
  [/^(192\.0\.2|198\.51\.100|203\.0\.113)\.|^::$|^2001:db8:/, 'reserved'],
  [/^fe80:/, 'link-local'],
]

/** The same by looking at all ranges one after the other. */
const naive =
  <T>(ranges: Ranges<T>) =>
  (address: Uint8Array): T | string => {
    const text = formatAddress(address).replace(/^64:ff9b::808:808$/, '8.8.8.8')
    const kind = special.find(([form]) => form.test(text))?.[1]
    if (kind !== undefined) return kind
    const bits = bitsOf(text)
    return (
      ranges.find(([from, to]) => bitsOf(from) <= bits && bits <= bitsOf(to))?.[2] ?? 'unlisted'
    )
  }
export const naiveCountry: (address: Uint8Array) => string = naive<string>(countries)
export const naiveAs: (address: Uint8Array) => number | string = naive<number>(systems)
