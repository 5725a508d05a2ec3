import { setImmediate } from 'node:timers/promises'
import type { RecordPiece, RecordQuestion } from '../query/asking.ts'
import { BestRecords } from './best-records.ts'
import { coverageOf } from './coverage-of.ts'
import { LogReading } from './log-reading.ts'
import type { QuestionSources } from './question-sources.ts'
import { RecordChoice } from './record-choice.ts'
import type { RecordTaker, Run, RunRecords } from './record-taker.ts'
import type { FlowRecord } from '../model/flow.ts'
import type { FlowsGiven } from '../query/run/question-run.ts'

/** Whole records of the log and of what the recorder has not yet written to it, each once. @throws LogError */
export async function* readRecords(
  question: RecordQuestion,
  sources: QuestionSources,
): AsyncGenerator<RecordPiece> {
  const { host, live } = sources
  const { best } = question
  const taker: RecordTaker = best ? new BestRecords(question, best) : new AllRecords(question)
  const reading = { ...question, booking: 'at end' } as const
  const log = new LogReading(reading, sources, taker)
  const unlogged =
    typeof live === 'string'
      ? undefined
      : { bootId: live.bootId, stream: live.status.recording?.run ?? 0, records: live.unlogged }
  // They are the newest, so that blocks which hold nothing better need not be read.
  if (unlogged && best) taker.addLive(unlogged)
  for (const { writtenBy } of log.blocks()) {
    for (const piece of taker.taken(writtenBy)) yield { kind: 'records', host, ...piece }
    sources.onProgress?.(log.progress())
    await setImmediate()
  }
  const end = log.end()
  if (unlogged && !best && !end.stoppedAt) taker.addLive(unlogged)
  for (const piece of taker.rest()) yield { kind: 'records', host, ...piece }
  yield { kind: 'end', coverage: coverageOf(reading, sources, end) }
}

/** In the order of writing. */
class AllRecords implements RecordTaker {
  readonly groups = 0
  readonly memory = 0
  readonly #choice: RecordChoice
  #records: readonly FlowRecord[] = []
  readonly #live: RunRecords[] = []

  constructor(question: RecordQuestion) {
    this.#choice = new RecordChoice(question)
  }

  add({ columns, rows }: FlowsGiven): void {
    this.#records = this.#choice.records(columns, this.#choice.rows(columns, rows))
  }

  taken({ bootId, stream }: Run): readonly RunRecords[] {
    const records = this.#records
    this.#records = []
    return records.length > 0 ? [{ bootId, stream, records }] : []
  }

  addLive({ records, ...run }: RunRecords): void {
    const wanted = records.filter((record) => this.#choice.wants(record))
    if (wanted.length > 0) this.#live.push({ ...run, records: wanted })
  }

  rest(): readonly RunRecords[] {
    return this.#live
  }
}
