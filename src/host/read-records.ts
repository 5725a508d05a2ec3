import { setImmediate } from 'node:timers/promises'
import type { RecordPiece, RecordQuestion, SourceFile } from '../query/asking.ts'
import { AllRecords } from './all-records.ts'
import { BestRecords } from './best-records.ts'
import { coverageOf } from './coverage-of.ts'
import { LogReading } from './log-reading.ts'
import type { QuestionSources } from './question-sources.ts'
import type { RecordTaker } from './record-taker.ts'

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
  const addLive = () => {
    if (typeof live === 'string') return
    const { bootId, status, unlogged } = live
    taker.addLive({ hostId: undefined, bootId, stream: status.recording?.run ?? 0 }, unlogged)
  }
  // They are the newest, so that blocks which hold nothing better need not be read.
  if (best) addLive()
  const files = new Map<string, SourceFile>()
  for (const { writtenBy, file } of log.blocks()) {
    if (question.withFiles && !files.has(file.name))
      files.set(file.name, { name: file.name, bytes: file.bytes, sha256: file.sha256() })
    for (const piece of taker.taken(writtenBy)) yield { kind: 'records', host, ...piece }
    sources.onProgress?.(log.progress())
    await setImmediate()
  }
  const end = log.end()
  if (!best && !end.stoppedAt) addLive()
  for (const piece of taker.rest()) yield { kind: 'records', host, ...piece }
  yield { kind: 'end', coverage: coverageOf(reading, sources, end), files: [...files.values()] }
}
