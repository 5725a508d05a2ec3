import type { CaptureStatus } from '../model/capture-status.ts'
import type { FlowRecord } from '../model/flow.ts'
import type { Gap } from '../model/gap.ts'
import type { Interfaces } from '../model/host-interface.ts'
import type { HostTime, Millis } from '../model/quantity.ts'
import type { Filter } from './filter/filter.ts'
import type { HostOfMany } from './hosts-of-many.ts'
import type { GroupKey, TimeRange } from './question.ts'
import type { Timeline, TimelineQuery } from './timeline.ts'
import type { GroupTotals } from './totals.ts'
import type { WhereaboutsTold } from './whereabouts.ts'

/** What can be asked of one host or of many; it travels, the flows stay where they are. */
export type Query = (
  { readonly kind: 'flows' } | { readonly kind: 'totals'; readonly by: readonly GroupKey[] }
) & {
  /** Which flows are meant; left out: all. */
  readonly where?: Filter
  /** Of the recorded past, in place of now: rows are what flows did in it. */
  readonly range?: TimeRange
  /** Of many hosts this one alone, by the name that the answers have for it. */
  readonly host?: string
}

/** Rows of an answer, after the kind of its query. */
export type AnswerRows =
  | {
      readonly kind: 'flows'
      readonly flows: readonly FlowRecord[]
      /** Whose each of them is, in an answer of many hosts. */
      readonly hosts?: readonly string[]
    }
  | { readonly kind: 'totals'; readonly groups: readonly GroupTotals[] }

/** How much of the truth an answer holds. No answer goes without it. */
export interface Coverage {
  readonly host: string
  /** How each is, where many answer as one. */
  readonly hosts?: readonly HostOfMany[]
  /** Counters count from here; between answers it changes only where a recorder was started anew, whose flows and
   *  ids are others. */
  readonly from: HostTime
  readonly to: HostTime
  readonly capture: CaptureStatus
  /** Ended flows that are in totals but, for a limit, no longer in the rows. */
  readonly flowsLetGo: number
  /** Dated stretches, from `from` on, of which not everything is in the answer. */
  readonly gaps: readonly Gap[]
  /** The log cannot be written to at present, a sentence: what is live is whole, and not kept. */
  readonly unkept?: string
  /** Answered by the recorder that the host runs always, not by one started for this look. */
  readonly attached: boolean
  /** Of a query that asks by them (`interfaceKeys`). */
  readonly interfaces?: Interfaces
  /** In what each host looked countries and AS up, of a query that needs them. */
  readonly whereabouts?: readonly WhereaboutsTold[]
  /** Of a query with a filter: the answer is about its flows only. */
  readonly filter?: AppliedFilter
  /** Of an answer about the past, from `from` to `to`. */
  readonly past?: Past
  /** Set once the stream from the recorder has ended: the rows are the last that were heard. */
  readonly stale: string | undefined
}

export interface Past {
  /** Why it may be short of the truth, a sentence each. */
  readonly missing: readonly string[]
  /** Of rows that a case file has: its name, and how its hosts captured them. */
  readonly fromCase?: string
  /** What flows have that are too many to be listed; they are in totals. */
  readonly unlisted?: Unlisted
}

/** Sums over flows, tunnel carriers left out; of what stays on its host the sender's side, which is in no other sum. */
export interface Unlisted {
  readonly flows: number
  readonly txBytes: number
  readonly rxBytes: number
  readonly loopbackBytes: number
}

export interface AppliedFilter {
  /** In its canonical text. */
  readonly text: string
  /** Flows let go before the filter was first asked: not in the answer, whether or not they match. */
  readonly flowsUntested: number
}

export interface Answer {
  readonly rows: AnswerRows
  readonly coverage: Coverage
}

/**
 * The one way to data for every screen and command; made by host (local) and by fleet (many), which screens
 * cannot tell apart.
 */
export interface Session {
  ask(query: Query): Promise<Answer>
  /**
   * One answer at once and then one per period, until the consumer leaves the loop or the session closes. `left` ends it
   * between two answers: of use where a view that nobody sees costs others something.
   */
  watch(query: Query, every: Millis, left?: AbortSignal): AsyncIterable<Answer>
  /** How much was recorded as time went by; of sessions that have a past. Rejects where it cannot be read. */
  timeline?(query: TimelineQuery): Promise<Timeline>
  /** Those of many hosts that give no answer are asked again at once, not after their pause. */
  retry?(): void
  close(): void
}
