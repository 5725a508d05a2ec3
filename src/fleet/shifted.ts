import { hostTime, millis, type HostTime, type Millis } from '../model/quantity.ts'
import type { CompactAnswer } from '../query/compact-answer.ts'
import type { HostCoverage } from '../query/partial-answer.ts'
import type { Question, TimeRange } from '../query/question.ts'
import type { MeasuredOffset } from './clock-offset.ts'

/** What is less may be the way there and back, and is no matter among flows. */
const noticedMs = 1_000

/**
 * By how much a host's times are put back, so that they are ours; with bins by whole ones, because a host cuts its own
 * time. 0 where its clock is right to a second.
 */
export function shiftFor(offset: MeasuredOffset | undefined, bin: Millis | undefined): Millis {
  if (offset === undefined || Math.abs(offset.offset) <= noticedMs + offset.error) return millis(0)
  if (bin === undefined) return millis(Math.round(offset.offset))
  return millis(Math.round(offset.offset / bin) * bin)
}

/** The question in the host's time. */
export function shiftedQuestion(question: Question, shift: Millis): Question {
  if (shift === 0) return question
  return { ...question, range: rangeShifted(question.range, shift) }
}

/** An answer in the host's time, in ours. */
export function shiftedBack(partial: CompactAnswer, shift: Millis): CompactAnswer {
  if (shift === 0) return partial
  const back = millis(0 - shift)
  return {
    ...partial,
    groups: { ...partial.groups, bins: partial.groups.bins?.map((begin) => begin + back) },
    coverage: partial.coverage.map((one) => coverageShifted(one, back)),
  }
}

export function coverageShifted(coverage: HostCoverage, by: Millis): HostCoverage {
  const { asked, covered, gaps, capture } = coverage
  return {
    ...coverage,
    asked: rangeShifted(asked, by),
    covered: covered && rangeShifted(covered, by),
    gaps: gaps.map((gap) => ({ ...gap, ...rangeShifted(gap, by) })),
    capture: capture && {
      ...capture,
      since: moved(capture.since, by),
      lost: capture.lost.map((loss) => ({ ...loss, last: moved(loss.last, by) })),
    },
  }
}

const moved = (time: HostTime, by: Millis) => hostTime(time + by)
export const rangeShifted = ({ from, to }: TimeRange, by: Millis): TimeRange => ({
  from: moved(from, by),
  to: moved(to, by),
})
