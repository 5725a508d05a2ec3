import { addressBytes } from '../address.ts'
import { cleanBytes, cleanText } from '../clean-text.ts'
import { limits } from '../limits.ts'
import { valueAt } from './range-table.ts'
import { specialKind, specialKinds, type SpecialKind } from './special-address.ts'
import type { DatabaseName, WhereaboutsSections } from './whereabouts-file.ts'

/** Of an address that its database does not list; nothing is guessed from its neighbours. */
export const unlisted = 'unlisted'
/** Why an address has no country or no AS: what stands in their place. */
export const noWhereabouts = [...specialKinds, unlisted] as const
export type NoWhereabouts = (typeof noWhereabouts)[number]

/**
 * In which country an address was registered, and which autonomous system announced it: an opinion of the day of a
 * database. It is looked up where an answer is shown or grouped, and never recorded.
 */
export interface Whereabouts {
  readonly database: DatabaseName
  /** ISO 3166-1 alpha-2, '' where it is not listed, of the address whose 16 bytes begin at `at`. */
  readonly country: (addresses: Uint8Array, at: number) => string
  /** Number of the AS; 0 where none is listed. */
  readonly as: (addresses: Uint8Array, at: number) => number
  /** Of the AS of that number, clean; undefined where none is known. */
  readonly asName: (number: number) => string | undefined
}

const ipv4From = addressBytes - 4

/** The look-ups of a database. */
export function whereaboutsOf(sections: WhereaboutsSections): Whereabouts {
  const { header, countryByIpv4, countryByIpv6, asByIpv4, asByIpv6 } = sections
  const { name, date, countries } = header
  const key = new Uint32Array(4)
  const keyOf = (addresses: Uint8Array, at: number): boolean => {
    const four = embeddedIpv4(addresses, at)
    if (four !== undefined) key[0] = wordAt(addresses, four)
    else for (let i = 0; i < key.length; i++) key[i] = wordAt(addresses, at + 4 * i)
    return four !== undefined
  }
  return {
    database: {
      name: cleanText(name, limits.nameLength),
      date: cleanText(date, limits.nameLength),
    },
    country: (addresses, at) =>
      countries[valueAt(keyOf(addresses, at) ? countryByIpv4 : countryByIpv6, key)] ?? '',
    as: (addresses, at) => valueAt(keyOf(addresses, at) ? asByIpv4 : asByIpv6, key),
    asName: namesOf(sections),
  }
}

/** Each is decoded once: a filter by names asks for that of every address. */
function namesOf({ numbers, nameEnds, nameBytes }: WhereaboutsSections) {
  const known = new Map<number, string>()
  return (number: number): string | undefined => {
    const at = placeOf(numbers, number)
    if (at === undefined) return undefined
    const before = known.get(number)
    if (before !== undefined) return before
    const bytes = nameBytes.subarray(at === 0 ? 0 : nameEnds[at - 1], nameEnds[at])
    const name = cleanBytes(bytes, limits.nameLength)
    known.set(number, name)
    return name
  }
}

/** Where a number stands among ascending ones. */
function placeOf(numbers: Uint32Array, number: number): number | undefined {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (numbers[middle]! < number) low = middle + 1
    else high = middle
  }
  return numbers[low] === number ? low : undefined
}

const wordAt = (bytes: Uint8Array, at: number) =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0

/** Where the four bytes of an IPv4 address begin: of a v4-mapped one, and of one behind NAT64 (RFC 6052). */
function embeddedIpv4(addresses: Uint8Array, at: number): number | undefined {
  const [a, b, c] = [wordAt(addresses, at), wordAt(addresses, at + 4), wordAt(addresses, at + 8)]
  const isMapped = a === 0 && b === 0 && c === 0xffff
  const isNat64 = a === 0x64_ff9b && b === 0 && c === 0
  return isMapped || isNat64 ? at + ipv4From : undefined
}

/** What kind of special address it is, behind NAT64 too. */
export function specialKindOf(addresses: Uint8Array, at = 0): SpecialKind | undefined {
  const four = embeddedIpv4(addresses, at)
  return specialKind(addresses, four === undefined ? at : four - ipv4From, four !== undefined)
}
