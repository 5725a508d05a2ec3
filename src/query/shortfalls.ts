import { essentialSights, type Loss } from '../model/capture-status.ts'
import { limits } from '../model/limits.ts'
import type { HostTime } from '../model/quantity.ts'
import { isoTime } from '../model/vocabulary.ts'
import type { SilentHost } from './asking.ts'
import type { HostCoverage, StopReason } from './partial-answer.ts'
import type { Booking } from './question.ts'
import { gapSentence, toldGaps } from './told-gaps.ts'

const limitNames: Readonly<Record<StopReason, string>> = {
  rows: 'the limit of records',
  bytes: 'the limit of bytes',
  groups: 'the limit of groups',
  time: 'the limit of time',
  memory: 'the limit of memory',
  interrupt: 'the interrupt',
}

/** Whether who asks said since when, or left it to what is usual: the last hour. */
export type Since = 'asked' | 'usual'

/** How it was asked. */
export interface AskedHow {
  readonly since: Since
  readonly booking: Booking
}

/**
 * One sentence for each reason why a host's answer may be short of the truth: none where it is whole. `at` is when the
 * question was asked: what lies after it is not missed. Nor is, where nobody said since when, what lies before the log.
 */
export function shortfalls(
  coverage: HostCoverage,
  at: HostTime,
  { since, booking }: AskedHow = { since: 'asked', booking: 'at end' },
): readonly string[] {
  const { gaps, capture, stoppedAt, whereabouts } = coverage
  const isBlind =
    capture !== undefined && essentialSights.some((one) => !capture.sees.includes(one))
  return [
    ...(stoppedAt
      ? [stopped(coverage, stoppedAt, at) + (booking === 'spread' ? overEdge : '')]
      : unrecorded(coverage, at, since)),
    ...toldGaps(gaps).map(gapSentence),
    ...(capture?.lost ?? [])
      .filter((loss) => isOfTime(loss, coverage, at))
      .map(({ reason, count, last }) => `lost: ${count} (${reason}), last at ${isoTime(last)}`),
    ...(isBlind ? capture.blind : []),
    ...(whereabouts?.kind === 'missing'
      ? [`countries and AS are not known there: ${whereabouts.why}`]
      : []),
  ]
}

/**
 * Whether some of what a recorder has lost since its start, of which it tells the count and the last time, can be of the time
 * asked for and in none of the gaps. A loss is dated in the log by the write after it.
 */
function isOfTime(
  { reason, count, last }: Loss,
  { asked, gaps }: HostCoverage,
  at: HostTime,
): boolean {
  const isLater = last > asked.to && at - asked.to > limits.exportTimerMsMax
  const dated = gaps.reduce((sum, gap) => sum + (gap.reason === reason ? gap.count : 0), 0)
  return last >= asked.from && !isLater && dated < count
}

function stopped(
  { asked, covered }: HostCoverage,
  by: NonNullable<HostCoverage['stoppedAt']>,
  at: HostTime,
): string {
  const where = `stopped at ${limitNames[by]}`
  if (!covered) return `${where}: nothing was covered by then`
  // Records are read from the newest on where the latest are asked for.
  if (covered.to >= Math.min(asked.to, at) - toleranceMs)
    return `${where}: covered from ${isoTime(covered.from)} on; go on before that`
  return `${where}: covered up to ${isoTime(covered.to)}; go on from there`
}

/** Which of the records not yet read began before that moment, only reading them would tell. */
const overEdge = ', but of records that reach over that moment parts are missing or count twice'

function unrecorded(
  { asked, covered, gaps }: HostCoverage,
  at: HostTime,
  since: Since,
): readonly string[] {
  if (!covered) return ['nothing of the time asked for was recorded']
  const isEarlyEnd = covered.to < Math.min(asked.to, at) - toleranceMs
  const isLateBegin = since === 'asked' && covered.from > asked.from
  return [
    ...(isLateBegin ? [recordedFrom(isoTime(covered.from) ?? '')] : []),
    ...(isEarlyEnd && !tells(gaps, covered.to) ? [`recorded up to ${isoTime(covered.to)}`] : []),
  ]
}

export const recordedFrom = (time: string) => `recorded from ${time} on`
/** The time of such a sentence; undefined of others. */
export const beginTold = (sentence: string): string | undefined =>
  /^recorded from (\S+) on$/.exec(sentence)?.[1]

/** A recorder tells once a second. */
const toleranceMs = 5_000

/** A gap that begins there says more. */
const tells = (gaps: HostCoverage['gaps'], at: HostTime) =>
  gaps.some(({ from, to }) => from <= at && to > at)

export const silence = ({ host, state, why }: SilentHost): string => `${host}: ${state}: ${why}`
