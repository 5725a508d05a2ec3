import { setImmediate } from 'node:timers/promises'
import { flowColumns, type FlowColumnName, type FlowColumns } from '../model/flow-columns.ts'
import type { FlowRecord } from '../model/flow.ts'
import { storedTimes } from '../model/stored-times.ts'
import { flowPredicate } from '../query/filter/flow-predicate.ts'
import type { RecordPiece, RecordQuestion } from '../query/asking.ts'
import type { TimeRange } from '../query/question.ts'
import { columnFilter } from '../query/run/column-filter.ts'
import type { FlowsGiven } from '../query/run/question-run.ts'
import { allRows, select, type Selection } from '../query/run/selection.ts'
import { coverageOf } from './coverage-of.ts'
import { flowsInMemory } from './flows-in-memory.ts'
import { LogReading, type BlockTaker } from './log-reading.ts'
import type { QuestionSources } from './question-sources.ts'

/** Whole records of the log and of what the recorder has not yet written to it, each once. @throws LogError */
export async function* readRecords(
  question: RecordQuestion,
  sources: QuestionSources,
): AsyncGenerator<RecordPiece> {
  const chosen = new ChosenRecords(question)
  const reading = { ...question, booking: 'at end' } as const
  const log = new LogReading(reading, sources, chosen)
  for (const { writtenBy } of log.blocks()) {
    const taken = chosen.take()
    if (taken) yield { kind: 'records', host: sources.host, by: writtenBy, ...taken }
    sources.onProgress?.(log.progress())
    await setImmediate()
  }
  const end = log.end()
  const { live } = sources
  if (typeof live !== 'string' && !end.stoppedAt) {
    const { bootId, status, unlogged } = live
    const by = { hostId: undefined, bootId, stream: status.recording?.run ?? 0 }
    for (const columns of flowsInMemory(unlogged.filter(isMeant(question))))
      yield { kind: 'records', host: sources.host, by, columns, rows: allRows(columns.rows) }
  }
  yield { kind: 'end', coverage: coverageOf(reading, sources, end) }
}

interface ChosenRows {
  readonly columns: FlowColumns
  readonly rows: Selection
}

/** The rows of a block that are asked for, until they are taken. */
class ChosenRecords implements BlockTaker {
  readonly groups = 0
  readonly memory = 0
  readonly #range: TimeRange
  readonly #filter: ReturnType<typeof columnFilter> | undefined
  #chosen: ChosenRows | undefined

  constructor({ where, range }: RecordQuestion) {
    this.#range = range
    this.#filter = where && columnFilter(where)
  }

  add({ columns, rows }: FlowsGiven): void {
    const inRange = endedIn(columns, rows, this.#range)
    const matching = this.#filter ? this.#filter.matching(columns, inRange) : inRange
    if (matching.length === 0) return
    decodeAll(columns)
    this.#chosen = { columns, rows: matching }
  }

  take(): ChosenRows | undefined {
    const chosen = this.#chosen
    this.#chosen = undefined
    return chosen
  }
}

/** So that whoever reads a column of the block later meets no damage. @throws DamagedColumn */
function decodeAll(columns: FlowColumns): void {
  for (const name of Object.keys(flowColumns) as FlowColumnName[]) columns.column(name)
  columns.owners.list()
}

function endedIn(columns: FlowColumns, rows: number, { from, to }: TimeRange) {
  const ends = columns.column('end')
  return select(
    allRows(Math.min(rows, columns.rows)),
    (row) => ends[row]! >= from && ends[row]! < to,
  )
}

/** Whether a record is asked for, as it will stand in the log. */
function isMeant({ where, range }: RecordQuestion): (record: FlowRecord) => boolean {
  const matches = where ? flowPredicate(where) : () => true
  return (record) => {
    const end = storedTimes.end(record)
    return end >= range.from && end < range.to && matches(record)
  }
}
