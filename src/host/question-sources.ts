import type { FlowRecord } from '../model/flow.ts'
import type { RecorderStatus } from '../model/live-message.ts'
import type { HostTime, Millis } from '../model/quantity.ts'
import type { AskingOptions } from '../query/asking.ts'

/** What the host's recorder has told. */
export interface HeardLive {
  /** 32 hexadecimal digits: of the boot that the recorder runs on. */
  readonly bootId: string
  readonly status: RecorderStatus
  /** What its log does not hold: records that are due, and what open flows did since their last record. */
  readonly unlogged: readonly FlowRecord[]
}

/** What a host answers from. */
export interface HostSources {
  /** Its name in the answer. */
  readonly host: string
  /** The directory of its flow log; undefined where it keeps none. */
  readonly log: string | undefined
  /** `none`: no recorder runs; `unheard`: one may run, but this user may not hear it. */
  readonly live: HeardLive | 'none' | 'unheard'
  readonly at: HostTime
  /** Ms of any clock that never goes back. */
  readonly clock: () => Millis
}

/** The same, for one question. */
export type QuestionSources = HostSources & AskingOptions
