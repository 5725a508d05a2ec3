import { flowColumns, type FlowColumnName, type FlowColumns } from '../model/flow-columns.ts'
import type { FlowRecord } from '../model/flow.ts'
import type { RecordedBy, RecordQuestion } from '../query/asking.ts'
import type { FlowsGiven } from '../query/run/question-run.ts'
import { allRows } from '../query/run/selection.ts'
import { flowsInMemory } from './flows-in-memory.ts'
import { RecordChoice } from './record-choice.ts'
import type { RecordRows, RecordTaker } from './record-taker.ts'

/** All records that are asked for, in the order of writing. */
export class AllRecords implements RecordTaker {
  readonly groups = 0
  readonly memory = 0
  readonly #choice: RecordChoice
  #chosen: Omit<RecordRows, 'by'> | undefined
  #live: { readonly by: RecordedBy; readonly records: readonly FlowRecord[] } | undefined

  constructor(question: RecordQuestion) {
    this.#choice = new RecordChoice(question)
  }

  add({ columns, rows }: FlowsGiven): void {
    const chosen = this.#choice.rows(columns, rows)
    if (chosen.length === 0) return
    decodeAll(columns)
    this.#chosen = { columns, rows: chosen }
  }

  taken(by: RecordedBy): readonly RecordRows[] {
    const chosen = this.#chosen
    this.#chosen = undefined
    return chosen ? [{ by, ...chosen }] : []
  }

  addLive(by: RecordedBy, records: readonly FlowRecord[]): void {
    this.#live = { by, records: records.filter((record) => this.#choice.wants(record)) }
  }

  *rest(): Generator<RecordRows> {
    if (!this.#live) return
    const { by, records } = this.#live
    for (const columns of flowsInMemory(records)) yield { by, columns, rows: allRows(columns.rows) }
  }
}

/** So that whoever reads a column of the block later meets no damage. @throws DamagedColumn */
function decodeAll(columns: FlowColumns): void {
  for (const name of Object.keys(flowColumns) as FlowColumnName[]) columns.column(name)
  columns.owners.list()
}
