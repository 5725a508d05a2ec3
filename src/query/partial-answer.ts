import type { CaptureStatus } from '../model/capture-status.ts'
import type { Gap } from '../model/gap.ts'
import type { HostTime } from '../model/quantity.ts'
import type { MeasureState } from './aggregate/measure-state.ts'
import type { Budget, TimeRange } from './question.ts'

/**
 * What one host, or several merged, say to a question. Its states merge; only `finalise` makes numbers of them, because
 * averages and quantiles of averages and quantiles are wrong.
 */
export interface PartialAnswer {
  /** By the first measure, largest first. */
  readonly groups: readonly PartialGroup[]
  /** Of the groups that were not sent. */
  readonly rest: Rest
  readonly coverage: readonly HostCoverage[]
}

export interface PartialGroup {
  /** Values of the question's keys in its order. */
  readonly key: readonly GroupValue[]
  /** Where the question has bins. */
  readonly bin?: HostTime
  /** One a measure, in the question's order. */
  readonly states: readonly MeasureState[]
}

/** Null: not known, or not there. */
export type GroupValue = string | number | null

export interface Rest {
  readonly groups: number
  /** One a measure, like a group's: totals over the answer still close. */
  readonly states: readonly MeasureState[]
  /**
   * By how much at most any group that is not in `groups` may be short of its truth, in the first measure: summed
   * over the hosts that did not send it.
   */
  readonly residual: number
}

/** How much of what was asked one host's answer rests on. */
export interface HostCoverage {
  readonly host: string
  readonly asked: TimeRange
  /** Undefined where nothing of it is covered. */
  readonly covered: TimeRange | undefined
  readonly gaps: readonly Gap[]
  /** As the recorder tells it; undefined where none runs. */
  readonly capture: CaptureStatus | undefined
  readonly rowsScanned: number
  readonly bytesRead: number
  /** The limit at which it stopped; the log is covered up to `covered.to`. */
  readonly stoppedAt: keyof Budget | 'interrupt' | undefined
}
