import type { FlowColumns } from '../model/flow-columns.ts'
import type { FlowRecord } from '../model/flow.ts'
import { storedTimes } from '../model/stored-times.ts'
import type { RecordQuestion } from '../query/asking.ts'
import { flowPredicate } from '../query/filter/flow-predicate.ts'
import { columnFilter, type ColumnFilter } from '../query/run/column-filter.ts'
import { allRows, select, type Selection } from '../query/run/selection.ts'

/** Which records a question is about, in columns and as records. */
export class RecordChoice {
  readonly #question: RecordQuestion
  readonly #filter: ColumnFilter | undefined
  readonly #matches: (flow: FlowRecord) => boolean

  constructor(question: RecordQuestion) {
    const { where } = question
    this.#question = question
    this.#filter = where && columnFilter(where)
    this.#matches = where ? flowPredicate(where) : () => true
  }

  /** Those among the first `rows` rows of a block. @throws DamagedColumn */
  rows(columns: FlowColumns, rows: number): Selection {
    const { from, to } = this.#question.range
    const ends = columns.column('end')
    const inRange = select(
      allRows(Math.min(rows, columns.rows)),
      (row) => ends[row]! >= from && ends[row]! < to,
    )
    return this.#filter ? this.#filter.matching(columns, inRange) : inRange
  }

  /** As it will stand in the log. */
  wants(record: FlowRecord): boolean {
    const { from, to } = this.#question.range
    const end = storedTimes.end(record)
    return end >= from && end < to && this.#matches(record)
  }
}
