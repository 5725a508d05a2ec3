import { seconds, type Millis } from '../model/quantity.ts'

/** When a record of a flow is due. */
export interface TimerRules {
  /** Silent for this long: the flow ends. */
  readonly idleAfter: Millis
  /** Open for this long since its last record: a record is written and the flow goes on, so that a week-long
   *  backup shows before the week is over (RFC 5102's active timeout). */
  readonly exportEvery: Millis
}

/** The paper's timers (Cooke et al. 2006, section 4). */
export const defaultTimers: TimerRules = { idleAfter: seconds(90), exportEvery: seconds(300) }
