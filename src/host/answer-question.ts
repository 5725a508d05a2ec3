import { setImmediate } from 'node:timers/promises'
import { logStats } from '../log/log-stats.ts'
import { gapReason, type Gap } from '../model/gap.ts'
import { hostTime } from '../model/quantity.ts'
import { emptyPartial } from '../query/aggregate/merge-partials.ts'
import { sentPart } from '../query/aggregate/sent-part.ts'
import type { HostCoverage, PartialAnswer } from '../query/partial-answer.ts'
import type { Question, TimeRange } from '../query/question.ts'
import { QuestionRun } from '../query/run/question-run.ts'
import { flowsInMemory } from './flows-in-memory.ts'
import { LogReading, type LogEnd } from './log-reading.ts'
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
  const log = new LogReading(question, sources, run)
  let turnAt = sources.clock()
  for (const _ of log.blocks()) {
    if (sources.clock() - turnAt < turnMs) continue
    sources.onProgress?.(log.progress())
    await setImmediate()
    turnAt = sources.clock()
  }
  const end = log.end()
  const live = typeof sources.live === 'string' ? undefined : sources.live
  if (live && !end.stoppedAt) addUnlogged(run, live, question.range)
  const groups = run.partialGroups()
  const coverage = [coverageOf(question, sources, end)]
  return sentPart(question, { ...emptyPartial(question), groups, coverage })
}

function addUnlogged(run: QuestionRun, { status, unlogged }: HeardLive, range: TimeRange): void {
  const from = status.recording?.run ?? 0
  for (const columns of flowsInMemory(unlogged.filter(({ end }) => end >= range.from)))
    run.add({ columns, run: from, rows: columns.rows })
}

function coverageOf(question: Question, sources: QuestionSources, end: LogEnd): HostCoverage {
  const { host, live } = sources
  return {
    host,
    asked: question.range,
    covered: coveredRange(question, sources, end),
    gaps: [...end.gaps, ...gapsSince(question, sources, end)],
    capture: typeof live === 'string' ? undefined : live.status.capture,
    rowsScanned: end.rowsScanned,
    bytesRead: end.bytesRead,
    stoppedAt: end.stoppedAt,
  }
}

function coveredRange(
  { range }: Question,
  { live, log }: QuestionSources,
  end: LogEnd,
): TimeRange | undefined {
  const heard = typeof live === 'string' ? undefined : live.status
  const oldest = Math.min(logStats(log).oldest ?? Infinity, heard?.recording?.since ?? Infinity)
  const from = hostTime(Math.max(range.from, oldest))
  const newest = end.unreadFrom ?? heard?.at ?? end.writtenAt ?? range.from
  const to = hostTime(Math.min(range.to, newest))
  return from < to ? { from, to } : undefined
}

/** Gaps that no log can tell: that of a recorder that does not run, and records that its disk does not take. */
function gapsSince({ range }: Question, { live, at }: QuestionSources, end: LogEnd): Gap[] {
  if (live === 'unheard' || end.stoppedAt) return []
  if (live === 'none') {
    const from = hostTime(Math.max(end.writtenAt ?? range.from, range.from))
    const to = hostTime(Math.min(at, range.to))
    return from < to ? [{ from, to, reason: gapReason.recorderDown, count: 0 }] : []
  }
  const { recording } = live.status
  if (!recording || recording.trouble === '' || range.to <= recording.writtenAt) return []
  const told = live.unlogged.filter(({ endReason }) => endReason !== 'open').length
  const count = Math.max(0, recording.waiting - told)
  const to = live.status.at
  return [{ from: recording.writtenAt, to, reason: recording.trouble, count }]
}
