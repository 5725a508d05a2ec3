import { logStats, type LogStats } from '../log/log-stats.ts'
import { touches } from '../log/scan-blocks.ts'
import { gapReason, type Gap } from '../model/gap.ts'
import type { RecorderStatus, RecordingStatus } from '../model/live-message.ts'
import { hostTime, type HostTime } from '../model/quantity.ts'
import type { HostCoverage } from '../query/partial-answer.ts'
import type { TimeRange } from '../query/question.ts'
import { whereaboutsTold, type AskedWhereabouts } from '../query/whereabouts.ts'
import type { LogEnd, ReadingOf } from './log-reading.ts'
import type { QuestionSources } from './question-sources.ts'

/** What an answer from a reading of the log, and of the live part if it got there, rests on. */
export function coverageOf(
  question: ReadingOf & AskedWhereabouts,
  sources: QuestionSources,
  end: LogEnd,
): HostCoverage {
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
    whereabouts: whereaboutsTold(question),
  }
}

function coveredRange(
  { range }: ReadingOf,
  { live, log }: QuestionSources,
  end: LogEnd,
): TimeRange | undefined {
  const heard = typeof live === 'string' ? undefined : live.status
  const logged = log === undefined ? undefined : logStats(log)
  const oldest = logged?.cutRun === undefined ? beginning(heard, logged, end) : logged.oldest
  const from = hostTime(Math.max(range.from, oldest ?? end.earliest, end.unreadTo ?? -Infinity))
  const newest = end.unreadFrom ?? heard?.at ?? end.writtenAt ?? range.from
  const to = hostTime(Math.min(range.to, newest))
  return from < to ? { from, to } : undefined
}

/** Where nothing was deleted that the same run wrote before. */
function beginning(
  heard: RecorderStatus | undefined,
  logged: LogStats | undefined,
  { earliest }: LogEnd,
): HostTime {
  const since = heard?.recording?.since ?? (logged ? undefined : heard?.capture.since)
  // The first frame need not have the earliest end: an active flow's record is written when it is due.
  return hostTime(Math.min(logged?.oldest ?? Infinity, earliest, since ?? Infinity))
}

/** Gaps that no log can tell: of a recorder that does not run or may not be heard, and of what its disk does not take. */
function gapsSince({ range }: ReadingOf, { live, at }: QuestionSources, end: LogEnd): Gap[] {
  if (end.unreadFrom !== undefined) return []
  if (typeof live === 'string') {
    const reason = live === 'none' ? gapReason.recorderDown : gapReason.unheard
    const from = hostTime(Math.max(end.writtenAt ?? range.from, range.from))
    const to = hostTime(Math.min(at, range.to))
    return from < to ? [{ from, to, reason, count: 0 }] : []
  }
  const { recording } = live.status
  if (!recording) return []
  const held = unwritten(recording, end).filter((gap) => touches(gap, range))
  if (recording.trouble === '' || range.to <= recording.writtenAt) return held
  const told = live.unlogged.filter(({ endReason }) => endReason !== 'open').length
  const count = Math.max(0, recording.waiting - told)
  const to = live.status.at
  return [...held, { from: recording.writtenAt, to, reason: recording.trouble, count }]
}

/** Those that wait for the next export, the time before the recorder's start above all. */
const unwritten = ({ gaps, writtenAt }: RecordingStatus, end: LogEnd): Gap[] =>
  gaps.filter(
    (gap) =>
      gap.to > writtenAt &&
      // Written since the recorder was asked.
      !end.gaps.some(
        ({ from, to, reason }) => from === gap.from && to === gap.to && reason === gap.reason,
      ),
  )
