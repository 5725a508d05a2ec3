import { crc32 } from 'node:zlib'
import { count, list, MalformedError, object, text, type Check } from '../json-fields.ts'
import type { RangeTable } from './range-table.ts'

/**
 * The database as a file, little-endian, so that a reader only looks at it through typed arrays:
 *
 *     0 magic u32 | 4 format u32 | 8 crc32 of all after it u32 | 12 length of the header u32 | header, JSON | sections
 *
 * Header and sections each begin at a multiple of 4. For each of country by IPv4, by IPv6, AS by IPv4, by IPv6: starts
 * (u32, `words` each), then values (u8 places in `countries`, or u32 numbers of AS). At last the numbers of the AS that
 * have a name, ascending (u32), where each name ends (u32), and the names (UTF-8).
 */
export const whereaboutsMagic = 0x42_41_57_45
export const whereaboutsFormat = 1
export const whereaboutsHeaderAt = 16

/** Of whom it is known what an address is, and when. */
export interface DatabaseName {
  /** Who says it: clean, one line. */
  readonly name: string
  /** `2026-06-17`. */
  readonly date: string
}

export interface WhereaboutsHeader extends DatabaseName {
  /** What it was built from; no concern of the reader. */
  readonly builtFrom: string
  /** ISO 3166-1 alpha-2, the first one '' for none. */
  readonly countries: readonly string[]
  /** In the order of the sections. */
  readonly tables: readonly { readonly rows: number; readonly words: number }[]
  readonly names: number
  readonly nameBytes: number
}

const plain = text((one) => one)
export const whereaboutsHeader: Check<WhereaboutsHeader> = object<WhereaboutsHeader>({
  name: plain,
  date: plain,
  builtFrom: plain,
  countries: list(plain, 256),
  tables: list(object({ rows: count, words: count }), 4),
  names: count,
  nameBytes: count,
})

/** The sections of a file, as views of its bytes. */
export interface WhereaboutsSections {
  readonly header: WhereaboutsHeader
  readonly countryByIpv4: RangeTable
  readonly countryByIpv6: RangeTable
  readonly asByIpv4: RangeTable
  readonly asByIpv6: RangeTable
  readonly numbers: Uint32Array
  readonly nameEnds: Uint32Array
  readonly nameBytes: Uint8Array
}

export type WhereaboutsRead =
  | { readonly ok: true; readonly sections: WhereaboutsSections }
  /** A clause: what is wrong with the file. */
  | { readonly ok: false; readonly why: string }

/** The header of a file that begins with these bytes; undefined where that is none that this e2etop reads. */
export function readHeader(start: Uint8Array): WhereaboutsHeader | undefined {
  if (start.length < whereaboutsHeaderAt) return undefined
  const [magic, format, , headerBytes = 0] = new Uint32Array(
    start.slice(0, whereaboutsHeaderAt).buffer,
  )
  if (magic !== whereaboutsMagic || format !== whereaboutsFormat) return undefined
  try {
    return headerOf(start, headerBytes)
  } catch (error) {
    if (error instanceof MalformedError || error instanceof SyntaxError) return undefined
    throw error
  }
}

function headerOf(bytes: Uint8Array, length: number): WhereaboutsHeader {
  const json = bytes.subarray(whereaboutsHeaderAt, whereaboutsHeaderAt + length)
  return whereaboutsHeader(JSON.parse(new TextDecoder().decode(json)), 'header')
}

/** Looks at the bytes of a file; shares them where they begin at a multiple of 4 of their memory. */
export function readWhereabouts(given: Uint8Array): WhereaboutsRead {
  const bytes = given.byteOffset % 4 === 0 ? given : new Uint8Array(given)
  if (bytes.length < whereaboutsHeaderAt) return cutShort
  const [magic = 0, format = 0, crc = 0, headerBytes = 0] = new Uint32Array(
    bytes.buffer,
    bytes.byteOffset,
    4,
  )
  if (magic !== whereaboutsMagic)
    return { ok: false, why: 'it is no such database, or of another kind of machine' }
  if (format !== whereaboutsFormat)
    return { ok: false, why: `it has format ${format}, and this e2etop reads ${whereaboutsFormat}` }
  if (crc32(bytes.subarray(12)) !== crc)
    return { ok: false, why: 'its checksum is wrong: it was cut or altered' }
  try {
    const header = headerOf(bytes, headerBytes)
    return {
      ok: true,
      sections: sectionsOf(header, new SectionCursor(bytes, whereaboutsHeaderAt + headerBytes)),
    }
  } catch (error) {
    if (
      error instanceof MalformedError ||
      error instanceof SyntaxError ||
      error instanceof RangeError
    )
      return { ok: false, why: error.message }
    throw error
  }
}

const cutShort: WhereaboutsRead = { ok: false, why: 'it is cut short' }

function sectionsOf(header: WhereaboutsHeader, cursor: SectionCursor): WhereaboutsSections {
  const [country4, country6, as4, as6] = header.tables
  const table = (
    of: { rows: number; words: number } | undefined,
    values: 'u8' | 'u32',
  ): RangeTable => {
    const { rows, words } = of ?? { rows: 0, words: 1 }
    return { words, starts: cursor.u32(rows * words), values: cursor[values](rows) }
  }
  return {
    header,
    countryByIpv4: table(country4, 'u8'),
    countryByIpv6: table(country6, 'u8'),
    asByIpv4: table(as4, 'u32'),
    asByIpv6: table(as6, 'u32'),
    numbers: cursor.u32(header.names),
    nameEnds: cursor.u32(header.names),
    nameBytes: cursor.u8(header.nameBytes),
  }
}

/** One section after the other. */
class SectionCursor {
  readonly #bytes: Uint8Array
  #at: number

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  /** @throws RangeError where the file ends before it */
  readonly u32 = (count: number): Uint32Array => {
    const { buffer, byteOffset } = this.#bytes
    const { at } = this.#next(4 * count)
    return new Uint32Array(buffer, byteOffset + at, count)
  }

  /** @throws RangeError where the file ends before it */
  readonly u8 = (count: number): Uint8Array => {
    const { at } = this.#next(count)
    return this.#bytes.subarray(at, at + count)
  }

  #next(length: number): { readonly at: number } {
    const at = aligned(this.#at)
    this.#at = at + length
    if (this.#at > this.#bytes.length) throw new RangeError('it ends before its last section')
    return { at }
  }
}

/** The next multiple of 4. */
export const aligned = (at: number): number => Math.ceil(at / 4) * 4
