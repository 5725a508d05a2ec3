import { isZero, readPage, wordAt, type Cell } from '../sqlite/page-room.ts'
import { hasOneForm } from '../sqlite/record-form.ts'
import { lockPage } from '../sqlite/page-file.ts'
import type { Alteration } from './alteration.ts'
import type { ReadCase } from './read-case.ts'
import { tables, tableNames } from './tables.ts'

const headerBytes = 100
const schemaColumns = 5
/** Of every index: what it is over, and the row. */
const indexColumns = 2
/** SQLite's own bound of a tree's height. */
const depthMax = 20

/**
 * What is in the file beside the rows that the seals are over: in pages that belong to nothing, in room that is free, in
 * records behind their columns, and in the header. Readers do not show it, so seals do not see it, but it is there.
 */
export function* verifyRoom(file: ReadCase): Generator<Alteration> {
  const room = new Room(file)
  yield* room.header()
  yield* room.tree('the schema', 1, schemaColumns)
  for (const [name, root] of file.roots) if (root > 0) yield* room.tree(name, root, columnsOf(name))
  yield* room.rest()
}

function columnsOf(name: string): number {
  const table = tableNames.find((one) => one === name)
  return table === undefined ? indexColumns : tables[table].columns.length
}

class Room {
  readonly #file: ReadCase
  readonly #isKnown: Uint8Array

  constructor(file: ReadCase) {
    this.#file = file
    this.#isKnown = new Uint8Array(file.pages.pages + 1)
  }

  /** Values that SQLite gives to a file that is written once (sqlite.org/fileformat2.html 1.3). */
  *header(): Generator<Alteration> {
    const bytes = this.#file.pages.read(1)
    const isUsual =
      bytes[18] === 1 &&
      bytes[19] === 1 &&
      isZero(bytes, 20, 21) &&
      wordAt(bytes, 24) === wordAt(bytes, 92) &&
      wordAt(bytes, 40) === 1 &&
      wordAt(bytes, 44) === 4 &&
      isZero(bytes, 48, 56) &&
      wordAt(bytes, 56) === 1 &&
      isZero(bytes, 64, 68) &&
      isZero(bytes, 72, 92)
    if (!isUsual) yield { where: 'the header of the file', what: 'is not as it was written' }
    if (!isZero(bytes, 32, 40)) yield { where: 'the file', what: 'has pages that were freed' }
  }

  *tree(name: string, root: number, columns: number, depth = 1): Generator<Alteration> {
    const where = `page ${root} of ${name}`
    if (depth > depthMax || !this.#take(root)) {
      yield { where, what: 'is in two places' }
      return
    }
    const bytes = this.#file.pages.read(root)
    const page = readPage(bytes, root === 1 ? headerBytes : 0)
    if (!page) {
      yield { where, what: 'is none of a tree' }
      return
    }
    if (!page.isTight) yield { where, what: 'has something in its free room' }
    for (const cell of page.cells) {
      if (cell.child !== undefined) yield* this.tree(name, cell.child, columns, depth + 1)
      if (cell.recordBytes > 0 && !this.#isRecord(bytes, cell, columns)) {
        yield { where, what: 'has a record with something behind or between its columns' }
        break
      }
    }
    if (page.right !== undefined) yield* this.tree(name, page.right, columns, depth + 1)
  }

  /** Pages that are in no tree. */
  *rest(): Generator<Alteration> {
    const { pages } = this.#file
    for (let number = 1; number <= pages.pages; number++) {
      if (this.#isKnown[number] === 1) continue
      const isLock = number === lockPage && isZero(pages.read(number), 0, pages.pageBytes)
      if (!isLock) yield { where: `page ${number}`, what: 'belongs to no table' }
    }
  }

  #take(page: number): boolean {
    if (!(page >= 1 && page < this.#isKnown.length) || this.#isKnown[page] === 1) return false
    this.#isKnown[page] = 1
    return true
  }

  #isRecord(bytes: Uint8Array, cell: Cell, columns: number): boolean {
    if (cell.overflow === undefined)
      return hasOneForm({ bytes, at: cell.at, end: cell.at + cell.recordBytes }, columns)
    const record = this.#whole(bytes, cell)
    return record !== undefined && hasOneForm({ bytes: record, at: 0, end: record.length }, columns)
  }

  /** A record that goes on on pages of its own; undefined where there is more on them, or less. */
  #whole(
    bytes: Uint8Array,
    { at, localBytes, recordBytes, overflow }: Cell,
  ): Uint8Array | undefined {
    const { pages } = this.#file
    if (recordBytes > pages.pages * pages.pageBytes) return undefined
    const record = new Uint8Array(recordBytes)
    record.set(bytes.subarray(at, at + localBytes))
    let next = overflow ?? 0
    for (let filled = localBytes; filled < recordBytes;) {
      if (!this.#take(next)) return undefined
      const page = pages.read(next)
      const part = page.subarray(4, 4 + Math.min(page.length - 4, recordBytes - filled))
      record.set(part, filled)
      filled += part.length
      next = wordAt(page, 0)
      if (filled === recordBytes && !(next === 0 && isZero(page, 4 + part.length, page.length)))
        return undefined
    }
    return record
  }
}
