import { addressBytes } from './address.ts'

/** Numbers that a column may hold, besides addresses and texts. */
export type NumberArray = Uint8Array | Uint16Array | Uint32Array | Float64Array

const baseBytes = 9

/**
 * Whole numbers as `least of them f64 | bytes a number u8 | the differences to it, lowest bytes of all first`:
 * only as many bytes as the largest needs, and like next to like, which halves what deflate makes of them.
 * Undefined where a number is not whole, or there is none: then they are better left as they are.
 */
export function packNumbers(values: NumberArray): Uint8Array | undefined {
  let least = Infinity
  let most = -Infinity
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!Number.isSafeInteger(value)) return undefined
    if (value < least) least = value
    if (value > most) most = value
  }
  if (!Number.isSafeInteger(most - least)) return undefined
  const width = bytesFor(most - least)
  const rows = values.length
  const packed = new Uint8Array(baseBytes + width * rows)
  const view = new DataView(packed.buffer)
  view.setFloat64(0, least, true)
  view.setUint8(8, width)
  for (let i = 0; i < rows; i++) {
    let rest = values[i]! - least
    for (let at = baseBytes + i; at < packed.length; at += rows) {
      packed[at] = rest
      rest = Math.floor(rest / 256)
    }
  }
  return packed
}

/** Into `values`, one a row; false where it is not what `packNumbers` makes of so many numbers. */
export function unpackNumbers(packed: Uint8Array, values: NumberArray): boolean {
  if (packed.length < baseBytes) return false
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
  const least = view.getFloat64(0, true)
  const width = view.getUint8(8)
  const rows = values.length
  if (width > 7 || packed.length !== baseBytes + width * rows) return false
  for (let i = 0; i < rows; i++) values[i] = least
  for (let plane = 0, unit = 1; plane < width; plane++, unit *= 256) {
    const start = baseBytes + plane * rows
    for (let i = 0; i < rows; i++) values[i]! += packed[start + i]! * unit
  }
  return true
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

/**
 * Numbers different addresses in the order of their first rows. A hash table of its own, because a string a row as the
 * key of a `Map` took a fifth of the time of an append.
 */
class AddressNumbers {
  /** Row of each number's first. */
  readonly first: number[] = []
  readonly #words: Uint32Array
  /** One past the number in a slot, 0 for none; twice as many slots as rows. */
  readonly #slots: Uint32Array

  constructor(values: Uint8Array) {
    this.#words = new Uint32Array(values.slice().buffer)
    const rows = values.length / addressBytes
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * rows + 1)))
  }

  of(row: number): number {
    const words = this.#words
    const at = row * 4
    let hash = Math.imul(words[at]! ^ Math.imul(words[at + 1]!, 0x9e37_79b1), 0x85eb_ca77)
    hash = Math.imul(hash ^ (hash >>> 15) ^ words[at + 2]!, 0xc2b2_ae3d) ^ words[at + 3]!
    hash = Math.imul(hash ^ (hash >>> 16), 0x27d4_eb2f)
    for (let slot = hash ^ (hash >>> 15); ; slot++) {
      slot &= this.#slots.length - 1
      const number = this.#slots[slot]! - 1
      if (number === -1) {
        this.#slots[slot] = this.first.push(row)
        return this.first.length - 1
      }
      if (this.#areEqual(at, this.first[number]! * 4)) return number
    }
  }

  #areEqual(a: number, b: number): boolean {
    const words = this.#words
    return (
      words[a] === words[b] &&
      words[a + 1] === words[b + 1] &&
      words[a + 2] === words[b + 2] &&
      words[a + 3] === words[b + 3]
    )
  }
}

/** Addresses of rows: each different one once, 16 bytes each, and which of them a row has. */
export interface AddressColumn {
  readonly distinct: Uint8Array
  readonly ids: Uint32Array
}

/** Undefined where lengths or numbers do not fit. */
export function unpackAddresses(packed: Uint8Array, rows: number): AddressColumn | undefined {
  if (packed.length < 4) return undefined
  const count = new DataView(packed.buffer, packed.byteOffset).getUint32(0, true)
  const idsAt = 4 + count * addressBytes
  const ids = new Uint32Array(rows)
  if (idsAt > packed.length || !unpackNumbers(packed.subarray(idsAt), ids)) return undefined
  for (let row = 0; row < rows; row++) if (ids[row]! >= count) return undefined
  // A copy that begins at a multiple of four, for who reads words of it. Not by slice(), see `column-chunk.ts`.
  return { distinct: new Uint8Array(packed.subarray(4, idsAt)), ids }
}

/** Of addresses that are not packed, 16 bytes a row. */
export function numberedAddresses(values: Uint8Array): AddressColumn {
  const numbers = new AddressNumbers(values)
  const ids = new Uint32Array(values.length / addressBytes)
  for (let row = 0; row < ids.length; row++) ids[row] = numbers.of(row)
  const distinct = new Uint8Array(numbers.first.length * addressBytes)
  numbers.first.forEach((row, id) =>
    distinct.set(values.subarray(row * addressBytes, (row + 1) * addressBytes), id * addressBytes),
  )
  return { distinct, ids }
}
