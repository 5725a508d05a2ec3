import type { CaptureStatus } from '../model/capture-status.ts'
import type { Gap } from '../model/gap.ts'
import type { MeasureState } from './aggregate/measure-state.ts'
import type { PartialGroups } from './partial-groups.ts'
import { budgetLimits, type TimeRange } from './question.ts'
import type { WhereaboutsTold } from './whereabouts.ts'

/**
 * What one host, or several merged, say to a question. Its states merge; only `finalise` makes numbers of them, because
 * averages and quantiles of averages and quantiles are wrong.
 */
export interface PartialAnswer {
  /** Of a host by the first measure, largest first; merged ones, and those with bins, in no order. */
  readonly groups: PartialGroups
  /** Of the groups that were not sent. */
  readonly rest: Rest
  readonly coverage: readonly HostCoverage[]
}

export interface Rest {
  /** At most so many: a group that two hosts left out counts twice. */
  readonly groups: number
  /** One a measure, like a group's: totals over the answer still close. */
  readonly states: readonly MeasureState[]
  /** `unsent` of any group that is not in `groups`; undefined where there is none. */
  readonly residual: number | undefined
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
  readonly stoppedAt: StopReason | undefined
  /** In what it looked countries and AS up; left out where nobody asked about them. */
  readonly whereabouts?: WhereaboutsTold | undefined
}

export const stopReasons = [...budgetLimits, 'interrupt'] as const
export type StopReason = (typeof stopReasons)[number]
