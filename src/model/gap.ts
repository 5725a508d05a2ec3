import type { HostTime } from './quantity.ts'

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
  /** `count` records were left out by the sampling that the operator asked for; their bytes are in a record of nobody. */
  sampled: 'sampled',
  /** Bytes of the log that do not check. */
  damaged: 'damaged',
} as const
