import type { SqlValue } from 'sql.js'
import { putVarint, varintBytes } from './varint.ts'

/** Serial types of a record (sqlite.org/fileformat2.html 2.1). */
export const serialType = {
  null: 0,
  zero: 8,
  one: 9,
  /** Of so many bytes. */
  blob: (bytes: number) => 12 + 2 * bytes,
  text: (bytes: number) => 13 + 2 * bytes,
} as const

const utf8 = new TextEncoder()

/** A row as SQLite stores it; numbers must be whole. */
export function encodeRecord(values: readonly SqlValue[]): Uint8Array {
  const fields = values.map(fieldOf)
  const typesBytes = fields.reduce((sum, { type }) => sum + varintBytes(type), 0)
  // The length counts itself.
  const headerBytes = typesBytes + (typesBytes + 1 < 128 ? 1 : 2)
  const bodyBytes = fields.reduce((sum, { bytes }) => sum + bytes.length, 0)
  const record = new Uint8Array(headerBytes + bodyBytes)
  let at = putVarint(record, 0, headerBytes)
  for (const { type } of fields) at = putVarint(record, at, type)
  for (const { bytes } of fields) {
    record.set(bytes, at)
    at += bytes.length
  }
  return record
}

interface Field {
  readonly type: number
  readonly bytes: Uint8Array
}

const nothing = new Uint8Array(0)

function fieldOf(value: SqlValue): Field {
  if (value === null) return { type: serialType.null, bytes: nothing }
  if (typeof value === 'string') {
    const bytes = utf8.encode(value)
    return { type: serialType.text(bytes.length), bytes }
  }
  if (typeof value !== 'number') return { type: serialType.blob(value.length), bytes: value }
  const type = integerType(value)
  const bytes = new Uint8Array(8)
  return { type, bytes: bytes.subarray(0, putInteger(bytes, 0, value, type)) }
}

/** The shortest for a whole number. */
export function integerType(value: number): number {
  if (value === 0) return serialType.zero
  if (value === 1) return serialType.one
  const size = value < 0 ? -value - 1 : value
  if (size < 0x80) return 1
  if (size < 0x8000) return 2
  if (size < 0x80_0000) return 3
  if (size < 0x8000_0000) return 4
  return size < 0x8000_0000_0000 ? 5 : 6
}

/** Bytes of a number of that type. */
export const integerBytes = [0, 1, 2, 3, 4, 6, 8, 0, 0, 0]

/** Big endian, in two's complement; gives where it ends. */
export function putInteger(bytes: Uint8Array, at: number, value: number, type: number): number {
  switch (type) {
    case serialType.zero:
    case serialType.one:
      return at
    case 1:
      bytes[at] = value
      return at + 1
    case 2:
      bytes[at] = value >> 8
      bytes[at + 1] = value
      return at + 2
    case 3:
      bytes[at] = value >> 16
      bytes[at + 1] = value >> 8
      bytes[at + 2] = value
      return at + 3
    case 4:
      putWord(bytes, at, value)
      return at + 4
    case 5: {
      const high = Math.floor(value / 0x1_0000_0000)
      bytes[at] = high >> 8
      bytes[at + 1] = high
      putWord(bytes, at + 2, value)
      return at + 6
    }
    default:
      putWord(bytes, at, Math.floor(value / 0x1_0000_0000))
      putWord(bytes, at + 4, value)
      return at + 8
  }
}

/** The low 32 bits. */
function putWord(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 24
  bytes[at + 1] = value >> 16
  bytes[at + 2] = value >> 8
  bytes[at + 3] = value
}
