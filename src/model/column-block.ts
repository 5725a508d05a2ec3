import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib'
import { limits } from './limits.ts'
import { decodeTexts, encodeTexts } from './text-dictionary.ts'

/**
 * Rows stored column by column, the one form of many flows outside memory. Little endian:
 *
 *     header   magic u32 | version u16 | columns u16 | rows u32 | crc32 of header and column table u32
 *     table    per column: id u16 | type u8 | codec u8 | offset u32 | length u32 | crc32 of the chunk u32
 *     chunks   each begins at a multiple of 8
 *
 * Columns go by id, so that a reader skips those it does not know. A checksum a chunk, so that a reader of three
 * columns verifies three; one over the header, because a flipped row count would else go unseen.
 */
const magic = 0x3142_3265 // "e2B1"
/** 1 knows raw chunks only. */
const version = 2
const headerBytes = 16
const columnBytes = 16
const codec = { raw: 0, deflate: 1 } as const
/** A smaller chunk is left raw: deflate would save nothing. */
const deflatedFrom = 128

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
export type Column = ColumnValues & { readonly id: number }
type ValuesOf<T extends ColumnType> = Extract<ColumnValues, { type: T }>['values']

const typeNumbers = ['u8', 'u16', 'u32', 'f64', 'address', 'text'] as const
const rowBytes = { u8: 1, u16: 2, u32: 4, f64: 8, address: 16 } as const

/** Live blocks are read once and at once: raw. Stored ones are small. */
export type BlockForm = 'live' | 'stored'

/** All columns have `rows` rows. */
export function encodeBlock(
  rows: number,
  columns: readonly Column[],
  form: BlockForm = 'live',
): Uint8Array {
  const encoded = columns.map((column) => encodeChunk(column, form))
  const chunks = encoded.map(({ chunk }) => chunk)
  const offsets: number[] = []
  let end = headerBytes + columns.length * columnBytes
  for (const chunk of chunks) {
    const at = align(end)
    offsets.push(at)
    end = at + chunk.length
  }
  const block = new Uint8Array(end)
  const view = new DataView(block.buffer)
  view.setUint32(0, magic, true)
  view.setUint16(4, form === 'live' ? 1 : version, true)
  view.setUint16(6, columns.length, true)
  view.setUint32(8, rows, true)
  columns.forEach((column, i) => {
    const at = headerBytes + i * columnBytes
    view.setUint16(at, column.id, true)
    view.setUint8(at + 2, typeNumbers.indexOf(column.type))
    view.setUint8(at + 3, encoded[i]!.codec)
    view.setUint32(at + 4, offsets[i]!, true)
    view.setUint32(at + 8, chunks[i]!.length, true)
    view.setUint32(at + 12, crc32(chunks[i]!), true)
    block.set(chunks[i]!, offsets[i])
  })
  view.setUint32(12, headerChecksum(block, columns.length), true)
  return block
}

export type Damage = 'short' | 'not a block' | 'newer version' | 'checksum' | 'malformed'
export type DecodedBlock =
  { readonly ok: true; readonly block: Block } | { readonly ok: false; readonly damage: Damage }

interface ColumnEntry {
  readonly type: ColumnType
  readonly codec: number
  readonly chunk: Uint8Array
  readonly crc: number
}

/** Checks header and column table; a chunk is checked when its column is asked for. Copies nothing yet. */
export function decodeBlock(bytes: Uint8Array): DecodedBlock {
  const damaged = (damage: Damage): DecodedBlock => ({ ok: false, damage })
  if (bytes.length < headerBytes) return damaged('short')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0, true) !== magic) return damaged('not a block')
  if (view.getUint16(4, true) > version) return damaged('newer version')
  const count = view.getUint16(6, true)
  if (bytes.length < headerBytes + count * columnBytes) return damaged('short')
  if (view.getUint32(12, true) !== headerChecksum(bytes, count)) return damaged('checksum')
  const rows = view.getUint32(8, true)
  const columns = new Map<number, ColumnEntry>()
  for (let i = 0; i < count; i++) {
    const at = headerBytes + i * columnBytes
    const type = typeNumbers[view.getUint8(at + 2)]
    const offset = view.getUint32(at + 4, true)
    const length = view.getUint32(at + 8, true)
    if (offset + length > bytes.length) return damaged('short')
    // A type or codec of a later version: its column is unknown here, which is no damage.
    const packing = view.getUint8(at + 3)
    if (type === undefined || packing > codec.deflate) continue
    const isRaw = packing === codec.raw
    const chunk = bytes.subarray(offset, offset + length)
    if (isRaw && !fits(type, chunk, rows)) return damaged('malformed')
    const crc = view.getUint32(at + 12, true)
    columns.set(view.getUint16(at, true), { type, codec: packing, chunk, crc })
  }
  return { ok: true, block: new Block(rows, columns) }
}

/** A block whose header is sound. */
export class Block {
  readonly rows: number
  readonly #columns: ReadonlyMap<number, ColumnEntry>

  constructor(rows: number, columns: ReadonlyMap<number, ColumnEntry>) {
    this.rows = rows
    this.#columns = columns
  }

  /** Values of a column, one a row (16 bytes a row for addresses); undefined where it is missing, of another
   *  type, or damaged. */
  column<T extends ColumnType>(id: number, type: T): ValuesOf<T> | undefined {
    const entry = this.#columns.get(id)
    if (!entry || entry.type !== type || crc32(entry.chunk) !== entry.crc) return undefined
    const chunk = entry.codec === codec.raw ? entry.chunk : inflated(entry.chunk)
    if (!chunk || !fits(type, chunk, this.rows)) return undefined
    return decodeChunk(type, chunk, this.rows) as ValuesOf<T> | undefined
  }
}

/** A raw chunk of `rows` rows; of text its decoder must say. */
const fits = (type: ColumnType, chunk: Uint8Array, rows: number) =>
  type === 'text' || chunk.length === rows * rowBytes[type]

const align = (at: number) => (at + 7) & ~7

function headerChecksum(block: Uint8Array, columns: number): number {
  const table = block.subarray(headerBytes, headerBytes + columns * columnBytes)
  return crc32(table, crc32(block.subarray(0, 12)))
}

function encodeChunk(column: Column, form: BlockForm): { codec: number; chunk: Uint8Array } {
  const raw = rawChunk(column)
  if (form === 'live' || raw.length < deflatedFrom) return { codec: codec.raw, chunk: raw }
  const chunk = deflateRawSync(raw, { level: 1 })
  // Not for a tenth: raw is read faster.
  if (chunk.length > raw.length * 0.9) return { codec: codec.raw, chunk: raw }
  return { codec: codec.deflate, chunk }
}

/** Undefined where it is no deflate stream, or one of more bytes than a block may have. */
function inflated(chunk: Uint8Array): Uint8Array | undefined {
  try {
    return inflateRawSync(chunk, { maxOutputLength: limits.logFrameBytesMax })
  } catch {
    // Its checksum was right, so a hostile or broken writer made it: damage like any other.
    return undefined
  }
}

function rawChunk(column: Column): Uint8Array {
  if (column.type === 'text') return encodeTexts(column.values)
  const { values } = column
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

function decodeChunk(type: ColumnType, chunk: Uint8Array, rows: number) {
  // Copied, because a typed array must begin at a multiple of its element size and a frame's payload does not.
  // Not by slice(), which in a Buffer shares the memory.
  const copy = new Uint8Array(chunk).buffer
  switch (type) {
    case 'u8':
    case 'address':
      return new Uint8Array(copy)
    case 'u16':
      return new Uint16Array(copy)
    case 'u32':
      return new Uint32Array(copy)
    case 'f64':
      return new Float64Array(copy)
    case 'text':
      return decodeTexts(chunk, rows)
  }
}
