import type { ReadCase } from '../case/read-case.ts'
import type { PageReader } from '../sqlite/page-reader.ts'
import { tableLeaves } from '../sqlite/table-leaves.ts'

/** Of the leaves of one block: some 11,000 rows, and at most as many as a table takes. */
const blockBytes = 786_432

/** The leaves of `flow`, some at a time, in the order of its rows. */
export class FlowPages {
  readonly #pages: PageReader
  readonly #leaves: readonly number[]
  readonly #leavesABlock: number
  readonly #bytes: Uint8Array

  /** @throws ExportError */
  constructor({ pages, roots }: ReadCase) {
    this.#pages = pages
    this.#leaves = tableLeaves(pages, roots.get('flow')!)
    this.#leavesABlock = Math.max(1, Math.floor(blockBytes / pages.pageBytes))
    this.#bytes = new Uint8Array(this.#leavesABlock * pages.pageBytes)
  }

  get blocks(): number {
    return Math.ceil(this.#leaves.length / this.#leavesABlock)
  }

  get pageBytes(): number {
    return this.#pages.pageBytes
  }

  /** One behind the other, until the next are read. @throws ExportError */
  read(block: number): Uint8Array {
    const from = block * this.#leavesABlock
    const leaves = this.#leaves.slice(from, from + this.#leavesABlock)
    const bytes = this.#bytes.subarray(0, leaves.length * this.pageBytes)
    this.#pages.readInto(bytes, leaves)
    return bytes
  }
}
