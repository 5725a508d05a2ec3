import { setImmediate } from 'node:timers/promises'
import type { AnswerWithBins } from '../query/asking.ts'
import type { HostCoverage, PartialAnswer } from '../query/partial-answer.ts'
import type { Question, SeriesQuestion, TimeRange } from '../query/question.ts'
import { QuestionRun } from '../query/run/question-run.ts'
import { flowsInMemory } from './flows-in-memory.ts'
import { coverageOf } from './coverage-of.ts'
import { InOrderOfTime, type BlockRun } from './in-order-of-time.ts'
import { LogReading, type ReadingOf } from './log-reading.ts'
import type { HeardLive, QuestionSources } from './question-sources.ts'
import { SeriesRun } from './series-run.ts'

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
  return run.answer([await readInto(run, question, sources)])
}

/** Answers it without bins, and keeps those for the groups that are then asked for. @throws LogError */
export async function answerWithBins(
  question: SeriesQuestion,
  overall: Question,
  sources: QuestionSources,
): Promise<AnswerWithBins> {
  const run = new SeriesRun(question, overall, sources.host)
  const coverage = [await readInto(run, question, sources)]
  return {
    overall: run.overall(coverage),
    byBins: (keys) => run.byBins(keys, coverage),
  }
}

/** Gives a run all that it is to count, and says what that was. */
async function readInto(
  run: BlockRun,
  question: ReadingOf,
  sources: QuestionSources,
): Promise<HostCoverage> {
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
  return coverageOf(question, sources, end)
}

function addUnlogged(run: BlockRun, { status, unlogged }: HeardLive, range: TimeRange): void {
  const from = status.recording?.run ?? 0
  for (const columns of flowsInMemory(unlogged.filter(({ end }) => end >= range.from)))
    run.add({ columns, run: from, rows: columns.rows })
}
