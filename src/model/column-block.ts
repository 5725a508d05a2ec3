import { crc32 } from 'node:zlib'
import {
  codecsEnd,
  decodeChunk,
  encodeChunk,
  hasRawLength,
  rawCodec,
  type BlockForm,
  type Chunk,
  type ColumnType,
  type ColumnValues,
  type ValuesOf,
} from './column-chunk.ts'

/**
 * Rows stored column by column, the one form of many flows outside memory. Little endian:
 *
 *     header   magic u32 | version u16 | columns u16 | rows u32 | crc32 of header and column table u32
 *     table    per column: id u16 | type u8 | codec u8 | offset u32 | length u32 | crc32 of the chunk u32
 *     chunks   each begins at a multiple of 8
 *
 * Columns go by id, so that a reader skips those it does not know. A checksum a chunk, so that a reader of three
 * columns verifies three; one over the header, because a flipped row count would else go unseen. How a chunk holds its
 * values: `column-chunk.ts`.
 */
const magic = 0x3142_3265 // "e2B1"
/** 1 knows raw chunks only. */
const version = 2
const headerBytes = 16
const columnBytes = 16

export type Column = ColumnValues & { readonly id: number }

const typeNumbers = ['u8', 'u16', 'u32', 'f64', 'address', 'text'] as const

/** All columns have `rows` rows. */
export function encodeBlock(
  rows: number,
  columns: readonly Column[],
  form: BlockForm = 'live',
): Uint8Array {
  const chunks = columns.map((column) => encodeChunk(column, form))
  const offsets: number[] = []
  let end = headerBytes + columns.length * columnBytes
  for (const chunk of chunks) {
    const at = align(end)
    offsets.push(at)
    end = at + chunk.bytes.length
  }
  const block = new Uint8Array(end)
  const view = new DataView(block.buffer)
  view.setUint32(0, magic, true)
  view.setUint16(4, form === 'live' ? 1 : version, true)
  view.setUint16(6, columns.length, true)
  view.setUint32(8, rows, true)
  columns.forEach((column, i) => {
    const chunk = chunks[i]!
    const at = headerBytes + i * columnBytes
    view.setUint16(at, column.id, true)
    view.setUint8(at + 2, typeNumbers.indexOf(column.type))
    view.setUint8(at + 3, chunk.codec)
    view.setUint32(at + 4, offsets[i]!, true)
    view.setUint32(at + 8, chunk.bytes.length, true)
    view.setUint32(at + 12, crc32(chunk.bytes), true)
    block.set(chunk.bytes, offsets[i])
  })
  view.setUint32(12, headerChecksum(block, columns.length), true)
  return block
}

export type Damage = 'short' | 'not a block' | 'newer version' | 'checksum' | 'malformed'
export type DecodedBlock =
  { readonly ok: true; readonly block: Block } | { readonly ok: false; readonly damage: Damage }

interface ColumnEntry extends Chunk {
  readonly type: ColumnType
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
    const codec = view.getUint8(at + 3)
    if (type === undefined || codec >= codecsEnd) continue
    const chunk = bytes.subarray(offset, offset + length)
    if (codec === rawCodec && !hasRawLength(type, chunk, rows)) return damaged('malformed')
    const crc = view.getUint32(at + 12, true)
    columns.set(view.getUint16(at, true), { type, codec, bytes: chunk, crc })
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
    if (!entry || entry.type !== type || crc32(entry.bytes) !== entry.crc) return undefined
    return decodeChunk(type, entry, this.rows)
  }
}

const align = (at: number) => (at + 7) & ~7

function headerChecksum(block: Uint8Array, columns: number): number {
  const table = block.subarray(headerBytes, headerBytes + columns * columnBytes)
  return crc32(table, crc32(block.subarray(0, 12)))
}
