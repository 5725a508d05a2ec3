import { pageKind } from './cells.ts'
import { noTree } from './page-reader.ts'
import { serialType } from './record.ts'

const leafHeaderBytes = 8

/**
 * Rows of whole numbers, read from leaves of a table by column: what `IntegerRows` writes, and what SQLite makes of it
 * where it changes some. The first column is the row's number. All columns at once: to pass over one takes nearly as
 * long as to read it.
 */
export class IntegerTable {
  readonly columns: number
  readonly rowsMax: number
  readonly #values: Float64Array
  rows = 0

  constructor(columns: number, rowsMax: number) {
    this.columns = columns
    this.rowsMax = rowsMax
    this.#values = new Float64Array(columns * rowsMax)
  }

  /** Of all rows that are here, until the next `load`. */
  column(column: number): Float64Array {
    const from = column * this.rowsMax
    return this.#values.subarray(from, from + this.rows)
  }

  /** Takes the rows of leaves that lie one behind the other. @throws ExportError where one is none, or has other rows */
  load(bytes: Uint8Array, pageBytes: number): void {
    this.rows = 0
    for (let page = 0; page < bytes.length; page += pageBytes) {
      const cells = (bytes[page + 3]! << 8) | bytes[page + 4]!
      const isLeaf = bytes[page] === pageKind.tableLeaf && leafHeaderBytes + 2 * cells <= pageBytes
      if (!isLeaf || this.rows + cells > this.rowsMax)
        throw noTree('a page is no leaf of its table')
      for (let cell = 0; cell < cells; cell++) {
        const pointer = page + leafHeaderBytes + 2 * cell
        const at = page + ((bytes[pointer]! << 8) | bytes[pointer + 1]!)
        if (!this.#takeRow(bytes, at, page + pageBytes))
          throw noTree('a row has something else than whole numbers')
      }
    }
  }

  /** False where the cell there holds no such row. In one piece: calls for each number would take twice as long. */
  #takeRow(bytes: Uint8Array, cell: number, pageEnd: number): boolean {
    const values = this.#values
    const { rowsMax, columns } = this
    let at = cell
    // A row of numbers has fewer than 2^14 bytes.
    let length = bytes[at++]!
    if (length >= 0x80) length = ((length & 0x7f) << 7) | bytes[at++]!
    let id = 0
    for (let digits = 0; ; digits++) {
      const byte = bytes[at++]!
      id = id * 128 + (byte & 0x7f)
      if (byte < 0x80) break
      if (digits === 7) return false
    }
    const end = at + length
    if (end > pageEnd || bytes[at] !== 1 + columns || bytes[at + 1] !== serialType.null)
      return false
    let place = this.rows
    let type = at + 2
    let body = at + 1 + columns
    values[place] = id
    for (let column = 1; column < columns; column++) {
      place += rowsMax
      // Big endian, in two's complement (sqlite.org/fileformat2.html 2.1).
      switch (bytes[type++]) {
        case serialType.zero:
          values[place] = 0
          break
        case serialType.one:
          values[place] = 1
          break
        case 1:
          values[place] = (bytes[body]! << 24) >> 24
          body += 1
          break
        case 2:
          values[place] = ((bytes[body]! << 24) >> 16) | bytes[body + 1]!
          body += 2
          break
        case 3:
          values[place] = ((bytes[body]! << 24) >> 8) | (bytes[body + 1]! << 8) | bytes[body + 2]!
          body += 3
          break
        case 4:
          values[place] = word(bytes, body)
          body += 4
          break
        case 5:
          values[place] =
            (((bytes[body]! << 24) >> 16) | bytes[body + 1]!) * 0x1_0000_0000 +
            (word(bytes, body + 2) >>> 0)
          body += 6
          break
        case 6:
          values[place] = word(bytes, body) * 0x1_0000_0000 + (word(bytes, body + 4) >>> 0)
          body += 8
          break
        default:
          return false
      }
    }
    this.rows += 1
    return body === end
  }
}

const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
