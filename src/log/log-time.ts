import type { HostTime, Millis } from '../model/quantity.ts'

/**
 * A moment on both clocks, because neither will do alone: the wall clock dates records and can be set, the
 * monotonic one (ms since boot, CLOCK_MONOTONIC) orders what one boot wrote and says nothing to a person.
 */
export interface LogTime {
  readonly wall: HostTime
  readonly monotonic: Millis
  /** Up to when the log holds everything once it has what it is given now; `wall` where not given. */
  readonly wholeUntil?: HostTime
}
