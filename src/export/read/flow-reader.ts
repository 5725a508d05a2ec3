import { hostTime } from '../../model/quantity.ts'
import type { TimeRange } from '../../query/question.ts'
import type { ReadCase } from '../case/read-case.ts'
import { tableLeaves } from '../sqlite/table-leaves.ts'
import { caseNames, type CaseNames } from './case-names.ts'
import { CaseTable } from './case-table.ts'

/** Of the leaves of one block. */
const blockBytes = 786_432

/**
 * The rows of `flow` by column, block by block, from the pages of the file: SQLite as WebAssembly takes ten times as
 * long to hand out rows.
 */
export class FlowReader {
  readonly names: CaseNames
  readonly #file: ReadCase
  readonly #leaves: readonly number[]
  readonly #leavesABlock: number
  readonly #bytes: Uint8Array
  readonly #table: CaseTable
  /** Earliest and latest end of each block that was read. */
  readonly #ends: TimeRange[] = []

  /** @throws ExportError */
  constructor(file: ReadCase) {
    this.names = caseNames(file)
    this.#file = file
    this.#leaves = tableLeaves(file.pages, file.roots.get('flow')!)
    this.#leavesABlock = Math.max(1, Math.floor(blockBytes / file.pages.pageBytes))
    this.#bytes = new Uint8Array(this.#leavesABlock * file.pages.pageBytes)
    this.#table = new CaseTable(this.names)
  }

  get blocks(): number {
    return Math.ceil(this.#leaves.length / this.#leavesABlock)
  }

  /** Whether a block may have records that ended in a range. */
  mayHave(block: number, { from, to }: TimeRange): boolean {
    const ends = this.#ends[block]
    return !ends || (ends.to >= from && ends.from < to)
  }

  /** Valid until the next is read. @throws ExportError */
  read(block: number): CaseTable {
    const { pages } = this.#file
    const from = block * this.#leavesABlock
    const leaves = this.#leaves.slice(from, from + this.#leavesABlock)
    const bytes = this.#bytes.subarray(0, leaves.length * pages.pageBytes)
    pages.readInto(bytes, leaves)
    this.#table.load(bytes, pages.pageBytes)
    this.#ends[block] ??= rangeOf(this.#table.column('end_ms'))
    return this.#table
  }
}

function rangeOf(values: Float64Array): TimeRange {
  let from = Infinity
  let to = -Infinity
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!
    if (value < from) from = value
    if (value > to) to = value
  }
  return { from: hostTime(from), to: hostTime(to) }
}
