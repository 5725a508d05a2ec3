import type { NumberArray } from './kernels/number-array.ts'
import { addressBytes } from './address.ts'
import { AddressTable, addressWords, bytesOf, isV4At, v4Word, wordsOf } from './address-table.ts'
import { DamagedColumn } from './damaged-column.ts'
import { plainSpace, type BlockSpace } from './kernels/room.ts'
import { runKernel } from './kernels/run-kernel.ts'
import { largestOf, packedHeadBytes, unpackNumbers } from './unpack-numbers.ts'

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

/**
 * Addresses as `different IPv4 ones u32 | different others u32 | 4 B of each IPv4 one | 16 B of each other | the number of
 * each row's, packed`; undefined for none. By family, because the 12 bytes that all IPv4 ones begin with took longest of
 * all to inflate.
 */
export function packAddresses(values: Uint8Array): Uint8Array | undefined {
  const { distinct, ids } = numberedAddresses(values)
  const words = wordsOf(distinct)
  const count = distinct.length / addressBytes
  const numbers = new Uint32Array(count)
  let v4 = 0
  for (let id = 0; id < count; id++) if (isV4At(words, id * addressWords)) numbers[id] = v4++
  const counts = Uint32Array.of(v4, count - v4)
  const families = new Uint32Array(v4 + (count - v4) * addressWords)
  for (let id = 0, other = 0; id < count; id++) {
    const at = id * addressWords
    if (isV4At(words, at)) families[numbers[id]!] = words[at + 3]!
    else {
      families.set(words.subarray(at, at + addressWords), v4 + other * addressWords)
      numbers[id] = v4 + other++
    }
  }
  const packedIds = packNumbers(ids.map((id) => numbers[id]!))
  return packedIds && Buffer.concat([bytesOf(counts), bytesOf(families), packedIds])
}

/** Addresses of rows: each different one once, 16 bytes each, and which of them a row has. */
export interface AddressColumn {
  readonly distinct: Uint8Array
  /** May throw `DamagedColumn` where it is first read. */
  readonly ids: Uint32Array
}

const countsBytes = 8

/** Where in packed addresses their parts begin. */
export interface AddressParts {
  /** Those that are not IPv4. */
  readonly othersAt: number
  /** The numbers of the rows. */
  readonly idsAt: number
}

/** Of eight bytes at the least. */
export function addressParts(packed: Uint8Array): AddressParts {
  const view = new DataView(packed.buffer, packed.byteOffset)
  const othersAt = countsBytes + 4 * view.getUint32(0, true)
  return { othersAt, idsAt: othersAt + addressBytes * view.getUint32(4, true) }
}

/** Numbers of rows as they are stored. */
interface PackedIds {
  readonly bytes: Uint8Array
  readonly rows: number
  readonly space: BlockSpace
}

/** Numbers of rows are unpacked when they are first read: most blocks have none of the addresses that are looked for. */
class PackedAddresses implements AddressColumn {
  readonly distinct: Uint8Array
  readonly #packed: PackedIds
  #ids: Uint32Array | undefined

  constructor(distinct: Uint8Array, packed: PackedIds) {
    this.distinct = distinct
    this.#packed = packed
  }

  /** @throws DamagedColumn where lengths or numbers do not fit. */
  get ids(): Uint32Array {
    this.#ids ??= unpackedIds(this.#packed, this.distinct.length / addressBytes)
    return this.#ids
  }
}

function unpackedIds({ bytes, rows, space }: PackedIds, count: number): Uint32Array {
  const ids = space.columns.words(rows)
  if (!unpackNumbers(bytes, ids, space.scratch)) throw new DamagedColumn('numbers of addresses')
  if (largestOf(ids) >= count && rows > 0) throw new DamagedColumn('out of range')
  return ids
}

/** Undefined where lengths do not fit. */
export function unpackAddresses(
  packed: Uint8Array,
  rows: number,
  space = plainSpace,
): AddressColumn | undefined {
  if (packed.length < countsBytes) return undefined
  const { othersAt, idsAt } = addressParts(packed)
  if (idsAt > packed.length) return undefined
  const v4 = alignedWords(space.scratch.having(packed.subarray(countsBytes, othersAt)))
  const others = packed.subarray(othersAt, idsAt)
  const distinct = space.columns.bytes(v4.length * addressBytes + others.length)
  widenV4(wordsOf(distinct), v4)
  distinct.set(others, v4.length * addressBytes)
  return new PackedAddresses(distinct, { bytes: packed.subarray(idsAt), rows, space })
}

function widenV4(addresses: Uint32Array, v4: Uint32Array): void {
  if (runKernel('widenV4', addresses, v4, v4.length, v4Word) !== undefined) return
  for (let i = 0, at = 0; i < v4.length; i++, at += addressWords) {
    addresses[at] = 0
    addresses[at + 1] = 0
    addresses[at + 2] = v4Word
    addresses[at + 3] = v4[i]!
  }
}

/** Words begin at a multiple of four: a copy where they would not. */
const alignedWords = (bytes: Uint8Array): Uint32Array =>
  wordsOf(bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes))

/** Of addresses that are not packed, 16 bytes a row. */
export function numberedAddresses(values: Uint8Array): AddressColumn {
  const ids = new Uint32Array(values.length / addressBytes)
  const table = new AddressTable(ids.length)
  const words = alignedWords(values)
  for (let row = 0; row < ids.length; row++) ids[row] = table.numberOf(words, row * addressWords)
  return { distinct: table.addresses(), ids }
}
