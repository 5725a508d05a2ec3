import { crc32 } from 'node:zlib'
import {
  codecsEnd,
  decodeChunk,
  encodeChunk,
  hasRawLength,
  isPacked,
  rawCodec,
  type BlockForm,
  type Chunk,
  type ColumnType,
  type ColumnValues,
  type DecodedValues,
} from './column-chunk.ts'
import { plainSpace, type BlockSpace } from './kernels/room.ts'

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
  const encoder = new BlockEncoder(rows, form)
  for (const column of columns) encoder.add(column)
  return encoder.finish()
}

/** A block that is made column by column. */
export class BlockEncoder {
  readonly #rows: number
  readonly #form: BlockForm
  readonly #columns: (Chunk & Pick<Column, 'id' | 'type'>)[] = []

  constructor(rows: number, form: BlockForm) {
    this.#rows = rows
    this.#form = form
  }

  /** Takes the work of the column, whose values must stay as they are until `finish`. */
  add(column: Column): void {
    const { id, type } = column
    this.#columns.push({ id, type, ...encodeChunk(column, this.#form) })
  }

  finish(): Uint8Array {
    const columns = this.#columns
    const offsets: number[] = []
    let end = headerBytes + columns.length * columnBytes
    for (const { bytes } of columns) {
      const at = align(end)
      offsets.push(at)
      end = at + bytes.length
    }
    const block = new Uint8Array(end)
    const view = new DataView(block.buffer)
    view.setUint32(0, magic, true)
    view.setUint16(4, this.#form === 'live' ? 1 : version, true)
    view.setUint16(6, columns.length, true)
    view.setUint32(8, this.#rows, true)
    columns.forEach(({ id, type, codec, bytes }, i) => {
      const at = headerBytes + i * columnBytes
      view.setUint16(at, id, true)
      view.setUint8(at + 2, typeNumbers.indexOf(type))
      view.setUint8(at + 3, codec)
      view.setUint32(at + 4, offsets[i]!, true)
      view.setUint32(at + 8, bytes.length, true)
      view.setUint32(at + 12, crc32(bytes), true)
      block.set(bytes, offsets[i])
    })
    const table = block.subarray(headerBytes, headerBytes + columns.length * columnBytes)
    view.setUint32(12, headerChecksum(block, table), true)
    return block
  }
}

export type Damage = 'short' | 'not a block' | 'newer version' | 'checksum' | 'malformed'
export type DecodedBlock =
  { readonly ok: true; readonly block: Block } | { readonly ok: false; readonly damage: Damage }

/** Where the bytes of a block are: in memory, or in a file of which only some are read. */
export interface BlockBytes {
  readonly length: number
  /** Fewer than asked for where the file has fewer. */
  readonly read: (at: number, length: number) => Uint8Array
  /** The same, only until the next of them: what is decoded at once needs no memory of its own. */
  readonly glance: (at: number, length: number) => Uint8Array
}

export function bytesInMemory(bytes: Uint8Array): BlockBytes {
  const read = (at: number, length: number) => bytes.subarray(at, at + length)
  return { length: bytes.length, read, glance: read }
}

/** So many bytes of others, from `at` on. */
export const partOf = (bytes: BlockBytes, from: number, length: number): BlockBytes => ({
  length,
  read: (at, wanted) => bytes.read(from + at, Math.min(wanted, length - at)),
  glance: (at, wanted) => bytes.glance(from + at, Math.min(wanted, length - at)),
})

interface ColumnEntry {
  readonly type: ColumnType
  readonly codec: number
  readonly at: number
  readonly length: number
  readonly crc: number
}

/** Checks header and column table; a chunk is read and checked when its column is asked for. */
export function openBlock(bytes: BlockBytes): DecodedBlock {
  const damaged = (damage: Damage): DecodedBlock => ({ ok: false, damage })
  const head = bytes.read(0, headerBytes)
  if (head.length < headerBytes) return damaged('short')
  const view = viewOf(head)
  if (view.getUint32(0, true) !== magic) return damaged('not a block')
  if (view.getUint16(4, true) > version) return damaged('newer version')
  const count = view.getUint16(6, true)
  const table = bytes.read(headerBytes, count * columnBytes)
  if (table.length < count * columnBytes) return damaged('short')
  if (view.getUint32(12, true) !== headerChecksum(head, table)) return damaged('checksum')
  const rows = view.getUint32(8, true)
  const columns = new Map<number, ColumnEntry>()
  for (let i = 0; i < count; i++) {
    const [id, entry] = entryAt(viewOf(table), i * columnBytes)
    if (entry.at + entry.length > bytes.length) return damaged('short')
    const { type, codec, length } = entry
    // A type or codec of a later version: its column is unknown here, which is no damage.
    if (type === undefined || codec >= codecsEnd) continue
    if (codec === rawCodec && !hasRawLength(type, length, rows)) return damaged('malformed')
    columns.set(id, { ...entry, type })
  }
  return { ok: true, block: new Block(rows, columns, bytes) }
}

export const decodeBlock = (bytes: Uint8Array): DecodedBlock => openBlock(bytesInMemory(bytes))

function entryAt(table: DataView, at: number) {
  const entry = {
    type: typeNumbers[table.getUint8(at + 2)],
    codec: table.getUint8(at + 3),
    at: table.getUint32(at + 4, true),
    length: table.getUint32(at + 8, true),
    crc: table.getUint32(at + 12, true),
  }
  return [table.getUint16(at, true), entry] as const
}

/** Columns of rows, each decoded when it is asked for. */
export interface ColumnSource {
  readonly rows: number
  /** True where its numbers are sure to be whole and not negative. */
  readonly isPacked: (id: number) => boolean
  /** Values of a column, in a space where one is given; undefined where it is missing, of another type, or damaged. */
  readonly column: <T extends ColumnType>(
    id: number,
    type: T,
    space?: BlockSpace,
  ) => DecodedValues<T> | undefined
}

/** A block whose header is sound. */
export class Block implements ColumnSource {
  readonly rows: number
  readonly #columns: ReadonlyMap<number, ColumnEntry>
  readonly #bytes: BlockBytes

  constructor(rows: number, columns: ReadonlyMap<number, ColumnEntry>, bytes: BlockBytes) {
    this.rows = rows
    this.#columns = columns
    this.#bytes = bytes
  }

  isPacked(id: number): boolean {
    return isPacked(this.#columns.get(id)?.codec ?? rawCodec)
  }

  column<T extends ColumnType>(
    id: number,
    type: T,
    space = plainSpace,
  ): DecodedValues<T> | undefined {
    const entry = this.#columns.get(id)
    if (!entry || entry.type !== type) return undefined
    // Numbers of addresses are unpacked when they are asked for.
    const isKept = type === 'address'
    const bytes = this.#bytes[isKept ? 'read' : 'glance'](entry.at, entry.length)
    if (bytes.length < entry.length || crc32(bytes) !== entry.crc) return undefined
    return decodeChunk(type, { codec: entry.codec, bytes }, this.rows, space)
  }
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const align = (at: number) => (at + 7) & ~7

const headerChecksum = (head: Uint8Array, table: Uint8Array): number =>
  crc32(table, crc32(head.subarray(0, 12)))
