import { Cells, pageKind, recordBytesMax } from './cells.ts'
import type { PageFile } from './page-file.ts'
import { innerPages } from './inner-pages.ts'
import { putVarint } from './varint.ts'

interface Child {
  readonly page: number
  /** The largest row number in it. */
  readonly last: number
}

/**
 * Writes a table's rows in the order of their numbers, page by page, as SQLite would leave them: nothing is written
 * twice, and memory holds one page and 16 bytes for each that is done. Through SQL statements a row of `flow` took
 * 4 us in sql.js, most of it for binding 23 values.
 */
export class TableTree {
  readonly #file: PageFile
  readonly #root: number
  readonly #leaf = new Cells(pageKind.tableLeaf)
  readonly #leaves: Child[] = []
  #last = 0

  /** `root`: the page that the schema names, of a table that is empty. */
  constructor(file: PageFile, root: number) {
    this.#file = file
    this.#root = root
  }

  /** Number of the last row. */
  get last(): number {
    return this.#last
  }

  /** Adds a row behind the last one; gives its number. */
  append(record: Uint8Array): number {
    if (record.length > recordBytesMax) throw new Error(`a record of ${record.length} bytes`)
    const { bytes, at } = this.begin(record.length)
    bytes.set(record, at)
    return this.end(at + record.length)
  }

  /** For who writes the record itself: where it goes. */
  begin(recordBytes: number): { readonly bytes: Uint8Array; readonly at: number } {
    const { bytes, end } = this.#leaf
    const at = putVarint(bytes, putVarint(bytes, end, recordBytes), this.#last + 1)
    return { bytes, at }
  }

  /** The record that was begun ends there. */
  end(to: number): number {
    const from = this.#leaf.end
    if (!this.#leaf.take(to)) {
      this.#endLeaf()
      this.#leaf.carryOver(from, to)
    }
    this.#last += 1
    return this.#last
  }

  finish(): void {
    if (this.#leaves.length === 0) {
      this.#file.replace(this.#root, this.#leaf.page())
      return
    }
    this.#endLeaf()
    innerPages(this.#leaves, {
      file: this.#file,
      root: this.#root,
      kind: pageKind.tableInner,
      putCell: (bytes, at, { last }) => putVarint(bytes, at, last),
      parentOf: (page, { last }) => ({ page, last }),
    })
  }

  #endLeaf(): void {
    const page = this.#file.append(this.#leaf.page())
    this.#leaves.push({ page, last: this.#last })
  }
}
