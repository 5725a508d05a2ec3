import { setImmediate } from 'node:timers/promises'
import type { PartialAnswer } from '../query/partial-answer.ts'
import type { Question, TimeRange } from '../query/question.ts'
import { QuestionRun } from '../query/run/question-run.ts'
import { flowsInMemory } from './flows-in-memory.ts'
import { coverageOf } from './coverage-of.ts'
import { InOrderOfTime } from './in-order-of-time.ts'
import { LogReading } from './log-reading.ts'
import type { HeardLive, QuestionSources } from './question-sources.ts'

/** Other work of this process gets its turn after so long. */
const turnMs = 10

/**
 * Answers a question from the log and from what the recorder has not yet written to it, each flow once. The live part
 * must have been heard before: of the log only those rows count that it held then. @throws LogError where the log
 * cannot be read at all
 */
export async function answerQuestion(
  question: Question,
  sources: QuestionSources,
): Promise<PartialAnswer> {
  const run = new QuestionRun(question, sources.host)
  // A record that is cut is in none of the times that it reaches over as a whole.
  const inOrder = question.booking === 'at end' ? new InOrderOfTime(run) : undefined
  const log = new LogReading(question, sources, inOrder ?? run)
  let turnAt = sources.clock()
  for (const _ of log.blocks()) {
    if (sources.clock() - turnAt < turnMs) continue
    sources.onProgress?.(log.progress())
    await setImmediate()
    turnAt = sources.clock()
  }
  if (!log.end().stoppedAt) inOrder?.countAll()
  const end = log.end()
  const live = typeof sources.live === 'string' ? undefined : sources.live
  if (live && !end.stoppedAt) addUnlogged(run, live, question.range)
  return run.answer([coverageOf(question, sources, end)])
}

function addUnlogged(run: QuestionRun, { status, unlogged }: HeardLive, range: TimeRange): void {
  const from = status.recording?.run ?? 0
  for (const columns of flowsInMemory(unlogged.filter(({ end }) => end >= range.from)))
    run.add({ columns, run: from, rows: columns.rows })
}
