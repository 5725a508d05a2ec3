import { decodeCaptureStatus } from '../../model/capture-status.ts'
import { cleanText } from '../../model/clean-text.ts'
import { decodeGap } from '../../model/gap.ts'
import { GapList } from '../../model/gap-list.ts'
import { list, object, oneOf, text, type Check } from '../../model/json-fields.ts'
import { limits } from '../../model/limits.ts'
import { stopReasons, type HostCoverage } from '../partial-answer.ts'
import type { TimeRange } from '../question.ts'
import type { WhereaboutsTold } from '../whereabouts.ts'
import { optional, time } from './checks.ts'
import { amount } from './state-texts.ts'

/** Past a number of them the gaps of one reason are told as one. */
export function plainCoverage(coverage: HostCoverage): HostCoverage {
  const gaps = new GapList(limits.gapsToldMax)
  for (const gap of coverage.gaps) gaps.add(gap)
  return { ...coverage, gaps: gaps.all }
}

const line = text((value) => cleanText(value, limits.sentenceLength))
export const whereaboutsTold: Check<WhereaboutsTold> = (value, where) => {
  const { kind } = object({ kind: oneOf(['known', 'missing'] as const) })(value, where)
  return kind === 'missing'
    ? { kind, ...object({ why: line })(value, where) }
    : { kind, ...object({ name: line, date: line })(value, where) }
}

const range = object<TimeRange>({ from: time, to: time })

export const hostCoverage: Check<HostCoverage> = object<HostCoverage>({
  host: text((value) => cleanText(value, limits.nameLength)),
  asked: range,
  covered: optional(range),
  gaps: list(decodeGap, limits.partialGapsMax),
  capture: optional(decodeCaptureStatus),
  rowsScanned: amount,
  bytesRead: amount,
  stoppedAt: optional(oneOf(stopReasons)),
  whereabouts: optional(whereaboutsTold),
})
