import { columnsOfFlows } from '../../model/columns-of-flows.ts'
import type { FlowColumns } from '../../model/flow-columns.ts'
import { endReasons, flowFlag } from '../../model/flow.ts'
import { ofWindow } from '../../query/flow-of-window.ts'
import type { TimeRange } from '../../query/question.ts'
import { caseColumns, type CaseRows } from './case-columns.ts'
import type { CaseRun } from './case-names.ts'
import type { FlowReader } from './flow-reader.ts'
import { JoinedFlows, RecordKinds } from './record-kinds.ts'
import { rowsByRun } from './rows-by-run.ts'

/** Flows of one run of a recorder, each once; their ids are the case's `flow.id`. */
export interface FlowsOfRun {
  readonly run: CaseRun
  readonly columns: FlowColumns
}

/** Gives others their turn where it was long enough; throws where nobody waits for the answer any more. */
export type Turn = () => Promise<void>

const open = endReasons.indexOf('open')
const active = endReasons.indexOf('active')

/**
 * The flows of a stretch of time of a case: of those with one record, which most are, only the numbers of their rows
 * are kept, and they are read anew for each question; the others are kept, their records summed.
 */
export class CaseWindow {
  readonly range: TimeRange
  readonly #reader: FlowReader
  readonly #kinds: RecordKinds
  readonly #joined: readonly FlowsOfRun[]

  private constructor(
    reader: FlowReader,
    range: TimeRange,
    found: { readonly kinds: RecordKinds; readonly joined: readonly FlowsOfRun[] },
  ) {
    this.#reader = reader
    this.range = range
    this.#kinds = found.kinds
    this.#joined = found.joined
  }

  /** Reads the records of the range once, and again where there are some of one flow. @throws ExportError */
  static async of(reader: FlowReader, range: TimeRange, turn: Turn): Promise<CaseWindow> {
    const kinds = new RecordKinds(range)
    for (let block = 0; block < reader.blocks; block++) {
      kinds.add(reader.mayHave(block, range) ? reader.read(block) : undefined)
      await turn()
    }
    const flows = new JoinedFlows(reader.names)
    for (let block = 0; block < reader.blocks; block++) {
      const several = kinds.several(block)
      if (several.length > 0) flows.add(reader.read(block), several)
      await turn()
    }
    const joined = [...flows.byRun].flatMap(([run, ofRun]) => {
      const whole = [...ofRun.values()].map(({ flow, id }) => ofWindow(flow, id, range.from))
      return Array.from(columnsOfFlows(whole), (columns) => ({
        run: reader.names.runs[run - 1]!,
        columns,
      }))
    })
    return new CaseWindow(reader, range, { kinds, joined })
  }

  /** All of them, in the same order each time; columns are to be read before the next. @throws ExportError */
  async *flows(turn: Turn): AsyncGenerator<FlowsOfRun> {
    const { names } = this.#reader
    for (let block = 0; block < this.#reader.blocks; block++) {
      const single = this.#kinds.single(block)
      if (single.length === 0) continue
      const table = this.#reader.read(block)
      for (const [run, rows] of rowsByRun(table, single))
        yield { run: names.runs[run - 1]!, columns: this.#columns({ table, rows, names }) }
      await turn()
    }
    for (const flows of this.#joined) yield flows
  }

  /** As `ofWindow` has them. */
  #columns(rows: Omit<CaseRows, 'others'>): FlowColumns {
    const { from } = this.range
    return caseColumns({
      ...rows,
      others: {
        id: (of) => of('id'),
        endReason: (of) => of('end_reason').map((reason) => (reason === active ? open : reason)),
        flags(of) {
          const starts = of('start_ms')
          return of('flags').map((flags, i) =>
            starts[i]! < from ? flags | flowFlag.partial : flags,
          )
        },
      },
    })
  }
}
