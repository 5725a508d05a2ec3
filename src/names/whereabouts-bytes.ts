import { crc32 } from 'node:zlib'
import {
  aligned,
  whereaboutsFormat,
  whereaboutsHeaderAt,
  whereaboutsMagic,
  type WhereaboutsHeader,
} from '../model/whereabouts/whereabouts-file.ts'

/** Both ends belong to it; IPv4 addresses are their 32 bits. */
export interface Listed<T> {
  readonly from: bigint
  readonly to: bigint
  readonly value: T
}

/** Rows in the order of their starts. Where two overlap the one that starts later holds, from its start on. */
export interface WhereaboutsRows {
  readonly name: string
  readonly date: string
  readonly builtFrom: string
  readonly countryByIpv4: readonly Listed<string>[]
  readonly countryByIpv6: readonly Listed<string>[]
  readonly asByIpv4: readonly Listed<number>[]
  readonly asByIpv6: readonly Listed<number>[]
  readonly asNames: ReadonlyMap<number, string>
}

interface Segments {
  readonly starts: readonly bigint[]
  readonly values: readonly number[]
}

/** The bytes of a database file; what model/whereabouts/whereabouts-file.ts reads. */
export function whereaboutsBytes(rows: WhereaboutsRows): Uint8Array {
  const countries = [
    '',
    ...new Set([...rows.countryByIpv4, ...rows.countryByIpv6].map(({ value }) => value)),
  ]
  const placeOf = new Map(countries.map((country, place) => [country, place]))
  const placed = (listed: readonly Listed<string>[]) =>
    listed.map(({ from, to, value }) => ({ from, to, value: placeOf.get(value)! }))
  const tables = [
    { listed: placed(rows.countryByIpv4), bits: 32, Values: Uint8Array },
    { listed: placed(rows.countryByIpv6), bits: 128, Values: Uint8Array },
    { listed: rows.asByIpv4, bits: 32, Values: Uint32Array },
    { listed: rows.asByIpv6, bits: 128, Values: Uint32Array },
  ].map(({ listed, bits, Values }) => {
    const { starts, values } = segmentsOf(listed, bits)
    const words = wordsNeeded(starts, bits)
    return { words, starts: startWords(starts, bits, words), values: Values.from(values) }
  })
  const numbers = [...rows.asNames.keys()].sort((a, b) => a - b)
  const names = numbers.map((number) => Buffer.from(rows.asNames.get(number)!))
  let end = 0
  const nameEnds = Uint32Array.from(names, ({ length }) => (end += length))
  const header: WhereaboutsHeader = {
    name: rows.name,
    date: rows.date,
    builtFrom: rows.builtFrom,
    countries,
    tables: tables.map(({ words, values }) => ({ rows: values.length, words })),
    names: numbers.length,
    nameBytes: end,
  }
  return fileOf(header, [
    ...tables.flatMap(({ starts, values }) => [starts, values]),
    Uint32Array.from(numbers),
    nameEnds,
    Buffer.concat(names),
  ])
}

function fileOf(
  header: WhereaboutsHeader,
  sections: readonly (Uint8Array | Uint32Array)[],
): Uint8Array {
  const json = Buffer.from(JSON.stringify(header))
  const pieces: Uint8Array[] = []
  const push = (piece: Uint8Array) =>
    pieces.push(piece, new Uint8Array(aligned(piece.length) - piece.length))
  push(json)
  for (const { buffer, byteOffset, byteLength } of sections)
    push(new Uint8Array(buffer, byteOffset, byteLength))
  const body = Buffer.concat([Buffer.alloc(whereaboutsHeaderAt), ...pieces])
  body.writeUInt32LE(whereaboutsMagic, 0)
  body.writeUInt32LE(whereaboutsFormat, 4)
  body.writeUInt32LE(json.length, 12)
  body.writeUInt32LE(crc32(body.subarray(12)), 8)
  return new Uint8Array(body)
}

/** Holes between rows have the value 0, and neighbours of one value are one segment. */
function segmentsOf(rows: readonly Listed<number>[], bits: number): Segments {
  const starts: bigint[] = []
  const values: number[] = []
  const begin = (start: bigint, value: number) => {
    while (starts.length > 0 && starts.at(-1)! >= start) {
      starts.pop()
      values.pop()
    }
    if (values.at(-1) === value) return
    starts.push(start)
    values.push(value)
  }
  begin(0n, 0)
  for (const { from, to, value } of rows) {
    begin(from, value)
    // After the last address of all nothing begins.
    if (to + 1n < 1n << BigInt(bits)) begin(to + 1n, 0)
  }
  return { starts, values }
}

/** The fewest that hold all starts. */
function wordsNeeded(starts: readonly bigint[], bits: number): number {
  const most = bits / 32
  for (let words = 1; words < most; words *= 2) {
    const rest = (1n << BigInt(bits - 32 * words)) - 1n
    if (starts.every((start) => (start & rest) === 0n)) return words
  }
  return most
}

function startWords(starts: readonly bigint[], bits: number, words: number): Uint32Array {
  const all = new Uint32Array(starts.length * words)
  starts.forEach((start, i) => {
    for (let word = 0; word < words; word++)
      all[i * words + word] = Number((start >> BigInt(bits - 32 * (word + 1))) & 0xffff_ffffn)
  })
  return all
}
