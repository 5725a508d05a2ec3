import { isUtf8 } from 'node:buffer'
import { readVarint } from './leaf-records.ts'

/** A record, between two places. */
export interface RecordBytes {
  readonly bytes: Uint8Array
  readonly at: number
  readonly end: number
}

/**
 * Whether a record has its only form, so that its values say all of its bytes: as many columns as its table, numbers in
 * the fewest bytes, text that is UTF-8, nothing behind the last column. SQLite reads others too: it passes over further
 * columns, and two texts that are no UTF-8 may look the same.
 */
export function hasOneForm({ bytes, at, end }: RecordBytes, columns: number): boolean {
  const header = readVarint(bytes, at)
  const bodyAt = at + header.value
  let typeAt = header.at
  let body = bodyAt
  if (bodyAt > end) return false
  for (let column = 0; column < columns; column++) {
    if (typeAt >= bodyAt) return false
    let type = bytes[typeAt]!
    if (type < 0x80) typeAt += 1
    else {
      const read = readVarint(bytes, typeAt)
      type = read.value
      // The shortest number that needs two bytes.
      if (type < 0x80 || (read.at - typeAt > 2 && type < 0x4000)) return false
      typeAt = read.at
    }
    const size = sizeOf(type)
    if (size === undefined || body + size > end) return false
    if (type < 7 && type > 1 && isShorter(bytes, body, type)) return false
    if (type === 1 && (bytes[body] === 0 || bytes[body] === 1)) return false
    if (type > 12 && type % 2 === 1 && !isUtf8(bytes.subarray(body, body + size))) return false
    body += size
  }
  return typeAt === bodyAt && body === end
}

const integerSizes = [0, 1, 2, 3, 4, 6, 8]

/** Undefined of what no case has: floating point, and types that SQLite keeps for itself. */
function sizeOf(type: number): number | undefined {
  if (type < 7) return integerSizes[type]
  if (type === 8 || type === 9) return 0
  return type < 12 ? undefined : (type - 12) >> 1
}

/** Whether the type before it would have held the number: the bytes that it has more are those of the sign. */
function isShorter(bytes: Uint8Array, at: number, type: number): boolean {
  const more = integerSizes[type]! - integerSizes[type - 1]!
  const sign = bytes[at + more]! & 0x80 ? 0xff : 0
  for (let i = 0; i < more; i++) if (bytes[at + i] !== sign) return false
  return true
}
