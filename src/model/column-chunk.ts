import type { NumberArray } from './kernels/number-array.ts'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { addressBytes } from './address.ts'
import { deflateParts } from './deflate-planes.ts'
import { plainSpace, type BlockSpace, type Room } from './kernels/room.ts'
import { limits } from './limits.ts'
import {
  addressParts,
  numberedAddresses,
  packAddresses,
  packNumbers,
  unpackAddresses,
  type AddressColumn,
} from './packed-chunk.ts'
import { packedHeadBytes, unpackNumbers } from './unpack-numbers.ts'
import { decodeTexts, encodeTexts, type TextColumn } from './text-dictionary.ts'

/** A column's values, one a row. */
export type ColumnValues =
  | { readonly type: 'u8'; readonly values: Uint8Array }
  | { readonly type: 'u16'; readonly values: Uint16Array }
  | { readonly type: 'u32'; readonly values: Uint32Array }
  | { readonly type: 'f64'; readonly values: Float64Array }
  /** 16 bytes a row. */
  | { readonly type: 'address'; readonly values: Uint8Array }
  /** Stored as a dictionary: each different text once, then a u32 a row. */
  | { readonly type: 'text'; readonly values: readonly string[] }
export type ColumnType = ColumnValues['type']
/** What a reader gets of a column: values that repeat as numbers of a dictionary. */
export type DecodedValues<T extends ColumnType> = {
  readonly u8: Uint8Array
  readonly u16: Uint16Array
  readonly u32: Uint32Array
  readonly f64: Float64Array
  readonly address: AddressColumn
  readonly text: TextColumn
}[T]

/** Live blocks are read once and at once: raw. Stored ones are small. */
export type BlockForm = 'live' | 'stored'

/** Bits of a chunk's codec: packed by its type, then deflated. 0 is raw. */
const codec = { deflated: 1, packed: 2 } as const
export const rawCodec = 0
/** Whole numbers that are not negative. */
export const isPacked = (of: number) => (of & codec.packed) !== 0
/** One past the codecs of this version. */
export const codecsEnd = 4

/** A smaller chunk is not deflated: it would save nothing. */
const deflatedFrom = 128
const rowBytes = { u8: 1, u16: 2, u32: 4, f64: 8, address: addressBytes } as const

export interface Chunk {
  readonly codec: number
  readonly bytes: Uint8Array
}

export function encodeChunk(column: ColumnValues, form: BlockForm): Chunk {
  const raw = rawChunk(column)
  if (form === 'live') return { codec: rawCodec, bytes: raw }
  const packed = packedChunk(column)
  // Planes of bytes also where they are no shorter: each deflates or is stored for itself.
  const isPacked =
    packed !== undefined && (packed.length < raw.length || hasPlanes(column, packed.length))
  const bytes = isPacked ? packed : raw
  const packing = isPacked ? codec.packed : rawCodec
  if (bytes.length < deflatedFrom) return { codec: packing, bytes }
  const deflated = isPacked ? deflatedPacked(column, bytes) : deflateRawSync(bytes, { level: 1 })
  // Not for a tenth: the rest is read faster.
  if (deflated.length > bytes.length * 0.9) return { codec: packing, bytes }
  return { codec: packing | codec.deflated, bytes: deflated }
}

/** Each deflating has its price, which only many rows are worth. */
const planesFromRows = 8_192

const rowsOf = ({ type, values }: ColumnValues) =>
  values.length / (type === 'address' ? addressBytes : 1)

/** Of more than one byte a row. */
const hasPlanes = (column: ColumnValues, packedBytes: number) =>
  rowsOf(column) >= planesFromRows && packedBytes > 2 * rowsOf(column)

function deflatedPacked(column: ColumnValues, packed: Uint8Array): Uint8Array {
  const rows = rowsOf(column)
  if (rows < planesFromRows) return deflateRawSync(packed, { level: 1 })
  const isAddresses = column.type === 'address'
  const { othersAt, idsAt } = isAddresses ? addressParts(packed) : { othersAt: 0, idsAt: 0 }
  const planesAt = idsAt + packedHeadBytes
  const planes = (packed.length - planesAt) / rows
  return deflateParts([
    packed.subarray(0, othersAt),
    packed.subarray(othersAt, idsAt),
    packed.subarray(idsAt, planesAt),
    ...Array.from({ length: planes }, (_, plane) =>
      packed.subarray(planesAt + plane * rows, planesAt + (plane + 1) * rows),
    ),
  ])
}

function rawChunk(column: ColumnValues): Uint8Array {
  if (column.type === 'text') return encodeTexts(column.values)
  const { values } = column
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

function packedChunk(column: ColumnValues): Uint8Array | undefined {
  if (column.type === 'text') return undefined
  return column.type === 'address' ? packAddresses(column.values) : packNumbers(column.values)
}

/** A raw chunk has the length that its rows need; of any other its decoder must say. */
export const hasRawLength = (type: ColumnType, length: number, rows: number) =>
  type === 'text' || length === rows * rowBytes[type]

/** How many values a chunk is to have, and where. */
interface Wanted {
  readonly rows: number
  readonly space: BlockSpace
}

/** Undefined where the bytes are not what so many values of the type can be. */
export function decodeChunk<T extends ColumnType>(
  type: T,
  chunk: Chunk,
  rows: number,
  space = plainSpace,
): DecodedValues<T> | undefined {
  const bytes = chunk.codec & codec.deflated ? inflated(chunk, type, rows) : chunk.bytes
  if (!bytes) return undefined
  const decode = chunk.codec & codec.packed ? unpack : copied
  return decode(type, bytes, { rows, space }) as DecodedValues<T> | undefined
}

/** About how many, without much that is not needed: what is allocated and let go is what the garbage collector runs for. */
function inflatedBytes({ codec: of, bytes }: Chunk, type: ColumnType, rows: number): number {
  if (type === 'text') return 4 * bytes.length
  const most = rows * rowBytes[type]
  if (!isPacked(of)) return most
  if (type === 'address') return Math.min(most, 2 * bytes.length)
  // Besides planes that are stored as they are one, and some of another, that hardly changes.
  return Math.min(most, bytes.length + 2 * rows)
}

/** Undefined where it is no deflate stream, or one of more bytes than a block may have. */
function inflated(chunk: Chunk, type: ColumnType, rows: number): Uint8Array | undefined {
  const { bytes } = chunk
  // In one piece: pieces of the usual 16 kB would be joined by a copy of them all. And one byte more, because a full one
  // is followed by another.
  const expected = inflatedBytes(chunk, type, rows) + packedHeadBytes + 1
  const chunkSize = Math.min(Math.max(expected, 1024), 1024 * 1024)
  try {
    return inflateRawSync(bytes, { chunkSize, maxOutputLength: limits.logFrameBytesMax })
  } catch {
    // Its checksum was right, so a hostile or broken writer made it: damage like any other.
    return undefined
  }
}

function unpack(type: ColumnType, bytes: Uint8Array, { rows, space }: Wanted) {
  // Rows that all have one value pack into 9 bytes, whatever their number.
  if (type === 'text' || rows > limits.packedRowsMax) return undefined
  if (type === 'address') return unpackAddresses(bytes, rows, space)
  const values = numbersIn(space.columns, type, rows)
  return unpackNumbers(bytes, values, space.scratch) ? values : undefined
}

function copied(type: ColumnType, bytes: Uint8Array, { rows, space }: Wanted) {
  if (!hasRawLength(type, bytes.length, rows)) return undefined
  if (type === 'text') return decodeTexts(bytes, rows)
  // Copied, because a typed array must begin at a multiple of its element size and a frame's payload does not.
  // Not by slice(), which in a Buffer shares the memory.
  if (type === 'address') return numberedAddresses(new Uint8Array(bytes))
  const values = numbersIn(space.columns, type, rows)
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength).set(bytes)
  return values
}

function numbersIn(room: Room, type: 'u8' | 'u16' | 'u32' | 'f64', rows: number): NumberArray {
  switch (type) {
    case 'u8':
      return room.bytes(rows)
    case 'u16':
      return room.halves(rows)
    case 'u32':
      return room.words(rows)
    case 'f64':
      return room.floats(rows)
  }
}
