import { hostTime } from '../../model/quantity.ts'
import type { TimeRange } from '../../query/question.ts'
import type { ReadCase } from '../case/read-case.ts'
import { caseNames, type CaseNames } from './case-names.ts'
import { CaseTable } from './case-table.ts'
import { FlowPages } from './flow-pages.ts'

/**
 * The rows of `flow` by column, block by block, from the pages of the file: SQLite as WebAssembly takes ten times as
 * long to hand out rows.
 */
export class FlowReader {
  readonly names: CaseNames
  readonly #pages: FlowPages
  readonly #table: CaseTable
  /** Earliest and latest end of each block that was read. */
  readonly #ends: TimeRange[] = []

  /** @throws ExportError */
  constructor(file: ReadCase) {
    this.names = caseNames(file)
    this.#pages = new FlowPages(file)
    this.#table = new CaseTable(this.names)
  }

  get blocks(): number {
    return this.#pages.blocks
  }

  /** Whether a block may have records that ended in a range. */
  mayHave(block: number, { from, to }: TimeRange): boolean {
    const ends = this.#ends[block]
    return !ends || (ends.to >= from && ends.from < to)
  }

  /** Valid until the next is read. @throws ExportError */
  read(block: number): CaseTable {
    this.#table.load(this.#pages.read(block), this.#pages.pageBytes)
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
