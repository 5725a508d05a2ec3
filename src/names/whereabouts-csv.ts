import { addressBytes, isIpv4, parseAddress } from '../model/address.ts'
import { MalformedError } from '../model/json-fields.ts'
import { countryCodes } from '../model/whereabouts/country-codes.ts'
import type { Listed, WhereaboutsRows } from './whereabouts-bytes.ts'

/** The tables of ip-location-db that a database is made of, by the beginnings of their files' names. */
export const publishedTables = [
  'asn-country-ipv4',
  'asn-country-ipv6',
  'asn-ipv4',
  'asn-ipv6',
] as const
export type PublishedTable = (typeof publishedTables)[number]

/** Names that a table's file may have: with addresses as numbers, or as text. */
export const publishedFiles = (table: PublishedTable): readonly string[] => [
  `${table}-num.csv`,
  `${table}.csv`,
]

/** Text of a file, and its name for messages. */
export interface PublishedText {
  readonly file: string
  readonly text: string
}

/** Who says what a database of these tables holds. */
const publishers = 'NRO, Route Views, DB-IP'

export interface ReadTables {
  readonly rows: WhereaboutsRows
  /** Codes that are no country (ISO 3166), whose ranges were left out. */
  readonly strangeCodes: ReadonlySet<string>
}

/**
 * Reads tables as they are published: inclusive ranges in ascending order, each with a country or an AS and its name.
 * @throws MalformedError naming file and line
 */
export function readTables(
  texts: Readonly<Record<PublishedTable, PublishedText>>,
  named: Pick<WhereaboutsRows, 'date' | 'builtFrom'>,
): ReadTables {
  const asNames = new Map<number, string>()
  const strangeCodes = new Set<string>()
  const countries = (table: PublishedTable, bits: number) =>
    readRanges(texts[table], bits, (code) => {
      if (!/^[A-Z]{2}$/.test(code)) return undefined
      if (countryCodes.includes(code)) return code
      strangeCodes.add(code)
      return ''
    })
  const systems = (table: PublishedTable, bits: number) =>
    readRanges(texts[table], bits, (field) => autonomousSystem(field, asNames))
  const rows = {
    name: publishers,
    ...named,
    countryByIpv4: countries('asn-country-ipv4', 32).filter(({ value }) => value !== ''),
    countryByIpv6: countries('asn-country-ipv6', 128).filter(({ value }) => value !== ''),
    asByIpv4: systems('asn-ipv4', 32),
    asByIpv6: systems('asn-ipv6', 128),
    asNames,
  }
  return { rows, strangeCodes }
}

/** `13335,"Cloudflare, Inc."`: the number; its name goes into `names`. */
function autonomousSystem(field: string, names: Map<number, string>): number | undefined {
  const [, number, name] = /^(\d{1,10}),(.*)$/.exec(field) ?? []
  if (number === undefined || Number(number) > 0xffff_ffff) return undefined
  if (name !== undefined && name !== '') names.set(Number(number), unquoted(name))
  return Number(number)
}

const unquoted = (field: string) =>
  field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field

/** The last range of a whole table ends beyond it: what the registries have given out reaches so far. */
const endsBeyond: Readonly<Record<number, bigint>> = { 32: 223n << 24n, 128: 0x2c00n << 112n }

function readRanges<T>(
  { file, text }: PublishedText,
  bits: number,
  valueOf: (field: string) => T | undefined,
): readonly Listed<T>[] {
  const ranges: Listed<T>[] = []
  let at = 0
  for (let line = 1; at < text.length; line++) {
    const end = text.indexOf('\n', at)
    const row = text.slice(at, end === -1 ? undefined : end).replace(/\r$/, '')
    const refuse = (why: string) =>
      new MalformedError(`${file}, line ${line}: ${why}: ${JSON.stringify(row.slice(0, 80))}`)
    if (end === -1) throw refuse('it ends in the middle, as a file that was cut short does')
    const range = readRange(row, bits, valueOf)
    if (range === undefined) throw refuse('no range of addresses with what it has')
    const before = ranges.at(-1)
    if (before && range.from < before.from) throw refuse('begins before the range above it')
    ranges.push(range)
    at = end + 1
  }
  const last = ranges.at(-1)
  if (last && last.to >= endsBeyond[bits]!) return ranges
  throw new MalformedError(`${file} lacks the end of all addresses: it was cut short`)
}

function readRange<T>(
  row: string,
  bits: number,
  valueOf: (field: string) => T | undefined,
): Listed<T> | undefined {
  const [, start = '', end = '', field = ''] = /^([^,]*),([^,]*),(.*)$/.exec(row) ?? []
  const from = readBound(start, bits)
  const to = readBound(end, bits)
  const value = valueOf(field)
  if (from === undefined || to === undefined || value === undefined || from > to) return undefined
  return { from, to, value }
}

/** An address as a number or as text; undefined where it is none, or of the other family. */
function readBound(text: string, bits: number): bigint | undefined {
  if (/^\d{1,39}$/.test(text)) {
    const number = BigInt(text)
    return number < 1n << BigInt(bits) ? number : undefined
  }
  const address = parseAddress(text)
  if (address === undefined || isIpv4(address) !== (bits === 32)) return undefined
  const bytes = address.subarray(addressBytes - bits / 8)
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}
