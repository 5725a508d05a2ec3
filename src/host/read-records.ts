import { setImmediate } from 'node:timers/promises'
import type { FlowColumns } from '../model/flow-columns.ts'
import { recordsAt } from '../model/flow-block.ts'
import type { FlowRecord } from '../model/flow.ts'
import { storedTimes } from '../model/stored-times.ts'
import { flowPredicate } from '../query/filter/flow-predicate.ts'
import type { RecordPiece, RecordQuestion } from '../query/asking.ts'
import type { TimeRange } from '../query/question.ts'
import { columnFilter } from '../query/run/column-filter.ts'
import type { FlowsGiven } from '../query/run/question-run.ts'
import { allRows, select } from '../query/run/selection.ts'
import { coverageOf } from './coverage-of.ts'
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
    const records = chosen.take()
    const { bootId, stream } = writtenBy
    if (records.length > 0) yield { kind: 'records', host: sources.host, bootId, stream, records }
    sources.onProgress?.(log.progress())
    await setImmediate()
  }
  const end = log.end()
  const { live } = sources
  if (typeof live !== 'string' && !end.stoppedAt) {
    const records = unlogged(question, live.unlogged)
    const stream = live.status.recording?.run ?? 0
    const { host } = sources
    const { bootId } = live
    if (records.length > 0) yield { kind: 'records', host, bootId, stream, records }
  }
  yield { kind: 'end', coverage: coverageOf(reading, sources, end) }
}

/** The rows of a block that are asked for, until they are taken. */
class ChosenRecords implements BlockTaker {
  readonly groups = 0
  readonly #range: TimeRange
  readonly #filter: ReturnType<typeof columnFilter> | undefined
  #records: FlowRecord[] = []

  constructor({ where, range }: RecordQuestion) {
    this.#range = range
    this.#filter = where && columnFilter(where)
  }

  add({ columns, rows }: FlowsGiven): void {
    const inRange = endedIn(columns, rows, this.#range)
    const matching = this.#filter ? this.#filter.matching(columns, inRange) : inRange
    if (matching.length > 0) this.#records = recordsAt(columns, matching)
  }

  take(): readonly FlowRecord[] {
    const records = this.#records
    this.#records = []
    return records
  }
}

function endedIn(columns: FlowColumns, rows: number, { from, to }: TimeRange) {
  const ends = columns.column('end')
  return select(
    allRows(Math.min(rows, columns.rows)),
    (row) => ends[row]! >= from && ends[row]! < to,
  )
}

/** As they will stand in the log. */
function unlogged({ where, range }: RecordQuestion, records: readonly FlowRecord[]): FlowRecord[] {
  const matches = where ? flowPredicate(where) : () => true
  return records.filter((record) => {
    const end = storedTimes.end(record)
    return end >= range.from && end < range.to && matches(record)
  })
}
