import { cleanText } from './clean-text.ts'
import { count, object, text, type Check } from './json-fields.ts'
import { limits } from './limits.ts'
import { hostTime, type HostTime } from './quantity.ts'

/**
 * A stretch of time for which the log does not hold everything: data like the flows beside it, because an answer
 * that does not say what is missing from it is wrong. `from` = `to` for a moment.
 */
export interface Gap {
  readonly from: HostTime
  readonly to: HostTime
  /** One of `gapReason`, or a capture source's own words for what it lost; cleaned where it is decoded. */
  readonly reason: string
  /** Records or events lost, 0 where nobody could count them. */
  readonly count: number
}

/** The reasons that the program itself gives. */
export const gapReason = {
  /** No recorder ran; `count`: rows that it had not finished writing. */
  recorderDown: 'recorder down',
  /** A recorder may run, but whoever asks may not hear it: what it had not written yet is missing. */
  unheard: 'recorder unheard',
  /** The host slept. */
  suspended: 'suspended',
  /** The recorder was stopped or starved: what lived and died meanwhile is counted by the source's own reasons. */
  stalled: 'recorder stalled',
  /** The wall clock was set: `from` what it showed before, `to` after; in order, whichever way it went. */
  clockStepped: 'clock stepped',
  ringFull: 'ring full',
  diskFull: 'disk full',
  /** The disk refused to write, or what it wrote cannot be read back. */
  diskFailed: 'disk failed',
  /** The log's directory was unmounted or replaced. */
  directoryGone: 'directory gone',
  /** The recorder was started again and again: a run of it writes only once it has lasted. */
  restarting: 'recorder restarts',
  /** `count` records were left out by the sampling that the operator asked for; their bytes are in a record of nobody. */
  sampled: 'sampled',
  /** Of a live view of a host over SSH: `count` flows, those with fewest bytes, are not told. */
  tooManyFlows: 'more flows than are told live',
  /** Bytes of the log that do not check. */
  damaged: 'damaged',
} as const

const time: Check<HostTime> = (value, where) => hostTime(count(value, where))

/** Checks a gap that came as JSON. @throws MalformedError */
export const decodeGap: Check<Gap> = object<Gap>({
  from: time,
  to: time,
  reason: text((value) => cleanText(value, limits.nameLength)),
  count,
})
