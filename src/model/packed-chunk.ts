import { addressBytes } from './address.ts'
import { AddressTable, addressWords, wordsOf } from './address-table.ts'
import { DamagedColumn } from './damaged-column.ts'
import { packedHeadBytes, unpackNumbers, type NumberArray } from './unpack-numbers.ts'

/**
 * Whole numbers as `least of them f64 | bytes a number u8 | the differences to it, lowest bytes of all first`:
 * only as many bytes as the largest needs, and like next to like, which halves what deflate makes of them.
 * Undefined where a number is negative or not whole, or there is none: then they are better left as they are.
 */
export function packNumbers(values: NumberArray): Uint8Array | undefined {
  let least = Infinity
  let most = -Infinity
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!Number.isSafeInteger(value) || value < 0) return undefined
    if (value < least) least = value
    if (value > most) most = value
  }
  if (!Number.isSafeInteger(most - least)) return undefined
  const width = bytesFor(most - least)
  const rows = values.length
  const packed = new Uint8Array(packedHeadBytes + width * rows)
  const view = new DataView(packed.buffer)
  view.setFloat64(0, least, true)
  view.setUint8(8, width)
  for (let i = 0; i < rows; i++) {
    let rest = values[i]! - least
    for (let at = packedHeadBytes + i; at < packed.length; at += rows) {
      packed[at] = rest
      rest = Math.floor(rest / 256)
    }
  }
  return packed
}

/** How many bytes hold all whole numbers up to `most`. */
function bytesFor(most: number): number {
  let width = 0
  for (let rest = most; rest > 0; rest = Math.floor(rest / 256)) width += 1
  return width
}

/** Addresses as `how many different u32 | each of them | the number of each row's, packed`; undefined for none. */
export function packAddresses(values: Uint8Array): Uint8Array | undefined {
  const { distinct, ids } = numberedAddresses(values)
  const packedIds = packNumbers(ids)
  if (!packedIds) return undefined
  const count = new Uint8Array(4)
  new DataView(count.buffer).setUint32(0, distinct.length / addressBytes, true)
  return Buffer.concat([count, distinct, packedIds])
}

/** Addresses of rows: each different one once, 16 bytes each, and which of them a row has. */
export interface AddressColumn {
  readonly distinct: Uint8Array
  /** May throw `DamagedColumn` where it is first read. */
  readonly ids: Uint32Array
}

const countOf = (packed: Uint8Array) =>
  new DataView(packed.buffer, packed.byteOffset).getUint32(0, true)

/** Where in packed addresses the numbers of the rows begin. */
export const packedIdsAt = (packed: Uint8Array): number => 4 + countOf(packed) * addressBytes

/** Numbers of rows are unpacked when they are first read: most blocks have none of the addresses that are looked for. */
class PackedAddresses implements AddressColumn {
  readonly distinct: Uint8Array
  readonly #packedIds: Uint8Array
  readonly #rows: number
  #ids: Uint32Array | undefined

  constructor(distinct: Uint8Array, packedIds: Uint8Array, rows: number) {
    this.distinct = distinct
    this.#packedIds = packedIds
    this.#rows = rows
  }

  /** @throws DamagedColumn where lengths or numbers do not fit. */
  get ids(): Uint32Array {
    this.#ids ??= unpackedIds(this.#packedIds, this.#rows, this.distinct.length / addressBytes)
    return this.#ids
  }
}

function unpackedIds(packed: Uint8Array, rows: number, count: number): Uint32Array {
  const ids = new Uint32Array(rows)
  if (!unpackNumbers(packed, ids)) throw new DamagedColumn('numbers of addresses')
  let most = 0
  for (let row = 0; row < rows; row++) if (ids[row]! > most) most = ids[row]!
  if (most >= count && rows > 0) throw new DamagedColumn('out of range')
  return ids
}

/** Undefined where lengths do not fit. */
export function unpackAddresses(packed: Uint8Array, rows: number): AddressColumn | undefined {
  if (packed.length < 4) return undefined
  const idsAt = packedIdsAt(packed)
  if (idsAt > packed.length) return undefined
  // They begin at a multiple of four, for who reads words of them: a copy where they would not.
  const distinct =
    packed.byteOffset % 4 === 0
      ? new Uint8Array(packed.buffer, packed.byteOffset + 4, idsAt - 4)
      : new Uint8Array(packed.subarray(4, idsAt))
  return new PackedAddresses(distinct, packed.subarray(idsAt), rows)
}

/** Of addresses that are not packed, 16 bytes a row. */
export function numberedAddresses(values: Uint8Array): AddressColumn {
  const ids = new Uint32Array(values.length / addressBytes)
  const table = new AddressTable(ids.length)
  const words = wordsOf(values.byteOffset % 4 === 0 ? values : new Uint8Array(values))
  for (let row = 0; row < ids.length; row++) ids[row] = table.numberOf(words, row * addressWords)
  return { distinct: table.addresses(), ids }
}
