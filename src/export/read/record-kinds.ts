import { recordsAt } from '../../model/flow-block.ts'
import { endReasons, type FlowRecord } from '../../model/flow.ts'
import { limits } from '../../model/limits.ts'
import { joined } from '../../query/flow-of-window.ts'
import type { TimeRange } from '../../query/question.ts'
import { allRows, selectWithin } from '../../query/run/selection.ts'
import { caseColumns } from './case-columns.ts'
import type { CaseNames } from './case-names.ts'
import type { CaseTable } from './case-table.ts'
import { rowsByRun } from './rows-by-run.ts'

/** A flow of several records. */
export interface JoinedFlow {
  /** `flow.id` of its last record. */
  readonly id: number
  readonly flow: FlowRecord
}

const open = endReasons.indexOf('open')
const active = endReasons.indexOf('active')
/** What a row of a block is: not in the range, all of its flow, or one of several records of it. */
const kind = { none: 0, single: 1, several: 2 } as const

/**
 * Tells the records of a range that are all of their flow from those of which there are more. A flow's last record comes
 * after its others, as hosts write them: one that is met first has no others.
 */
export class RecordKinds {
  readonly #range: TimeRange
  /** Of each block, a kind a row; undefined: it has no row in the range. */
  readonly #kinds: (Uint8Array | undefined)[] = []
  /** Where the first record of a flow that went on is, by run and by the flow's number in it. */
  readonly #firsts = new Map<number, Map<number, number>>()

  constructor(range: TimeRange) {
    this.#range = range
  }

  /** Of the next block; undefined where it has no row in the range. */
  add(table: CaseTable | undefined): void {
    const block = this.#kinds.push(undefined) - 1
    if (!table) return
    const { from, to } = this.#range
    const inRange = selectWithin(allRows(table.rows), table.column('end_ms'), [from, to])
    if (inRange.length === 0) return
    const kinds = new Uint8Array(table.rows)
    this.#kinds[block] = kinds
    for (const [run, rows] of rowsByRun(table, inRange)) {
      const firsts = this.#firsts.get(run) ?? new Map<number, number>()
      this.#firsts.set(run, firsts)
      this.#mark(table, rows, { block, kinds, firsts })
    }
  }

  /** Rows of a block that are all of their flow. */
  single(block: number): Uint32Array {
    return rowsOf(this.#kinds[block], kind.single)
  }

  /** Rows of a block that are not. */
  several(block: number): Uint32Array {
    return rowsOf(this.#kinds[block], kind.several)
  }

  #mark(
    table: CaseTable,
    rows: Uint32Array,
    to: {
      readonly block: number
      readonly kinds: Uint8Array
      readonly firsts: Map<number, number>
    },
  ): void {
    const { block, kinds, firsts } = to
    const ids = table.column('flow_id')
    const reasons = table.column('end_reason')
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      const id = ids[row]!
      const first = firsts.size > 0 ? firsts.get(id) : undefined
      kinds[row] = first === undefined ? kind.single : kind.several
      if (first !== undefined) {
        const before = this.#kinds[Math.floor(first / limits.blockRowsMax)]!
        before[first % limits.blockRowsMax] = kind.several
        // What privacy rules withheld is of no flow: it stays by itself.
      } else if (id !== 0 && (reasons[row] === active || reasons[row] === open))
        firsts.set(id, block * limits.blockRowsMax + row)
    }
  }
}

const noRows = new Uint32Array(0)

function rowsOf(kinds: Uint8Array | undefined, wanted: number): Uint32Array {
  if (!kinds) return noRows
  const rows = new Uint32Array(kinds.length)
  let count = 0
  for (let row = 0; row < kinds.length; row++) if (kinds[row] === wanted) rows[count++] = row
  return rows.subarray(0, count)
}

/** Flows of several records, by `run.id` and by the flow's number in it. */
export class JoinedFlows {
  readonly #names: CaseNames
  readonly byRun = new Map<number, Map<number, JoinedFlow>>()

  constructor(names: CaseNames) {
    this.#names = names
  }

  add(table: CaseTable, several: Uint32Array): void {
    const ids = table.column('id')
    for (const [run, rows] of rowsByRun(table, several)) {
      const flows = this.byRun.get(run) ?? new Map<number, JoinedFlow>()
      this.byRun.set(run, flows)
      const columns = caseColumns({ table, rows, names: this.#names })
      recordsAt(columns, allRows(rows.length)).forEach((record, i) => {
        const before = flows.get(record.id)
        const flow = before ? joined(before.flow, record) : record
        flows.set(record.id, { id: ids[rows[i]!]!, flow })
      })
    }
  }
}
