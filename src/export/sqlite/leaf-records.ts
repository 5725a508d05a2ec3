import { pageKind } from './cells.ts'
import { noTree } from './page-reader.ts'

const leafHeaderBytes = 8

/** Where in a leaf of a table the record of a row is. */
export interface RecordPlace {
  readonly row: number
  readonly at: number
  readonly end: number
}

/** The records of a leaf that lie in it whole. @throws ExportError for others, and where it is no leaf */
export function* leafRecords(bytes: Uint8Array): Generator<RecordPlace> {
  const cells = (bytes[3]! << 8) | bytes[4]!
  if (bytes[0] !== pageKind.tableLeaf || leafHeaderBytes + 2 * cells > bytes.length)
    throw noTree('a page is no leaf of its table')
  for (let cell = 0; cell < cells; cell++) {
    const pointer = leafHeaderBytes + 2 * cell
    const length = readVarint(bytes, (bytes[pointer]! << 8) | bytes[pointer + 1]!)
    const row = readVarint(bytes, length.at)
    const end = row.at + length.value
    if (!(end <= bytes.length)) throw noTree('a row goes on elsewhere')
    yield { row: row.value, at: row.at, end }
  }
}

/** A number, and where it ends. @throws ExportError for one beyond 2^56 */
export function readVarint(bytes: Uint8Array, from: number): { value: number; at: number } {
  let value = 0
  for (let at = from; at < from + 8; at++) {
    const byte = bytes[at] ?? 0
    value = value * 128 + (byte & 0x7f)
    if (byte < 0x80) return { value, at: at + 1 }
  }
  throw noTree('a number is too long')
}
