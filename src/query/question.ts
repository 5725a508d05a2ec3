import { millis, type HostTime, type Millis } from '../model/quantity.ts'
import type { Filter } from './filter/filter.ts'
import type { GroupKeyValues } from './keys-of-groups.ts'

/**
 * What is asked of weeks of flows and of those still open: groups of flows and their measures. It travels to each
 * host; each answers with a `PartialAnswer`, and partial answers merge in any order.
 */
export interface Question {
  /** Which flows are meant; left out: all. Tunnel carriers only where it names them. */
  readonly where?: Filter
  readonly range: TimeRange
  /** None: one group of everything. */
  readonly by: readonly GroupKey[]
  /** Also by time, in bins that begin at its multiples since 1970. */
  readonly bin?: Millis
  /** At least one. Groups are ranked by the first, largest first. */
  readonly measures: readonly Measure[]
  readonly booking: Booking
  /** Groups that a partial answer carries at most; what the others hold is bounded by its residual. */
  readonly groupsSent: number
  /** Asked again, for an exact answer: these groups, and no others. */
  readonly again?: SecondRound
  readonly budget: Budget
}

/** A question with bins. */
export type SeriesQuestion = Question & { readonly bin: Millis }

export type SecondRound =
  /** All groups whose first measure is not below it, at most `groupsSent`. */
  | { readonly kind: 'at least'; readonly value: number }
  /**
   * Those of these keys, known here or not: one that is not here is answered with nothing in it. Of a question with bins
   * all their bins: one that is not answered has nothing in it.
   */
  | { readonly kind: 'these'; readonly keys: readonly GroupKeyValues[] }

/** Half open: `from` belongs to it, `to` does not. On the clock of the host that answers. */
export interface TimeRange {
  readonly from: HostTime
  readonly to: HostTime
}

/**
 * To which time a record's counters belong that reaches over an edge of the range or of a bin: all to the record's end,
 * or to each side by its share of the record's duration.
 */
export type Booking = 'at end' | 'spread'

export type GroupKey =
  | { readonly kind: 'field'; readonly field: GroupableField }
  /** The network of an end: a prefix length for each family. */
  | {
      readonly kind: 'network'
      readonly end: 'local' | 'remote'
      readonly v4Bits: number
      readonly v6Bits: number
    }
  /** The port that names the service: the listening end's where it is known, else the lower. */
  | { readonly kind: 'service' }
  /** `yes` where both ends are on the host, so that no interface but its own loopback is passed; else `no`. */
  | { readonly kind: 'loopback' }
  /** Of the day in UTC, 0 to 23. */
  | { readonly kind: 'hour' }

/** The key of one field. */
export const fieldKey = (field: GroupableField): GroupKey => ({ kind: 'field', field })

/** Fields that no record has: they are looked up by its remote address, of which each host asks its own database. */
export const lookedUpFields = ['remote_country', 'remote_as'] as const

/** Fields that flows can be grouped by: those of the vocabulary, and those that are looked up. */
export const groupableFields = [
  'host',
  'protocol',
  'direction',
  'local_ip',
  'local_port',
  'remote_ip',
  'remote_port',
  ...lookedUpFields,
  'owner',
  'pid',
  'process',
  'exe',
  'uid',
  'user',
  'cgroup',
  'container',
  'netns',
  'state',
  'end_reason',
] as const
export type GroupableField = (typeof groupableFields)[number]

/**
 * What a group can be measured by. `min`, `max`, `avg` and `quantile` are of records: a flow that goes on has one every
 * export period. With booking `spread` they are of the pieces into which records are cut.
 */
export type Measure =
  /**
   * Flows, not records: one that was exported five times is one in each group, and in each bin, in which it has a record
   * or a piece of one. What privacy rules withheld is no flow.
   */
  | { readonly kind: 'flows' }
  | { readonly kind: 'sum' | 'rate'; readonly of: Counter }
  | { readonly kind: 'min' | 'max' | 'avg'; readonly of: Counter | 'rtt_us' | 'duration_ms' }
  | { readonly kind: 'distinct'; readonly of: GroupableField }
  /** `at` in 0..1. */
  | { readonly kind: 'quantile'; readonly of: 'rtt_us' | 'duration_ms'; readonly at: number }

/** `bytes` and `packets` are of both ways together. */
export const counters = [
  'tx_bytes',
  'rx_bytes',
  'bytes',
  'tx_packets',
  'rx_packets',
  'packets',
  'retransmits',
] as const
export type Counter = (typeof counters)[number]

/** At the first of them that is reached a host stops, answers what it has and says which. */
export interface Budget {
  readonly rows: number
  /** Read from the disk. */
  readonly bytes: number
  readonly groups: number
  readonly time: Millis
  /** Bytes of groups and their states; the rest of a reading has a few MB. */
  readonly memory: number
}

/** Of who wants all of it, however long it takes; each a number that JSON has. */
export const noLimits: Budget = {
  rows: Number.MAX_SAFE_INTEGER,
  bytes: Number.MAX_SAFE_INTEGER,
  groups: Number.MAX_SAFE_INTEGER,
  time: millis(Number.MAX_SAFE_INTEGER),
  memory: Number.MAX_SAFE_INTEGER,
}

export const budgetLimits = [
  'rows',
  'bytes',
  'groups',
  'time',
  'memory',
] as const satisfies readonly (keyof Budget)[]
