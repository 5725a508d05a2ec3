import { gapReason, type Gap } from '../model/gap.ts'
import { hostTime, millis, type HostTime, type Millis } from '../model/quantity.ts'

/** The host's three clocks at one moment. */
export interface Clocks {
  /** Can be set to any time at any time. */
  readonly wall: HostTime
  /** ms since boot (CLOCK_MONOTONIC); stands still while the host is suspended. */
  readonly monotonic: Millis
  /** ms since boot (CLOCK_BOOTTIME), suspended time included. */
  readonly boot: Millis
}

/** What the clocks say has happened since the last look. */
export interface ClockFindings {
  readonly gaps: readonly Gap[]
  /** By how much the wall clock was set; 0 where it went on by itself. Times kept from before move by it. */
  readonly step: Millis
}

/** Smaller differences are NTP's slewing and the jitter of reading clocks one after the other. */
const stepMs = 1_000
const suspendedMs = 1_000
/** A tick is a second; later than this the process was stopped or starved. */
const stalledMs = 5_000

/**
 * Compares the clocks from tick to tick: only wall against monotonic tells a clock that was set from time that
 * passed, and only boot time against monotonic tells suspension from either.
 */
export class ClockWatch {
  #last: Clocks

  constructor(start: Clocks) {
    this.#last = start
  }

  look(now: Clocks): ClockFindings {
    const last = this.#last
    this.#last = now
    const ran = now.monotonic - last.monotonic
    const passed = now.boot - last.boot
    const step = now.wall - last.wall - passed
    const suspended = passed - ran
    const stepped = Math.abs(step) > stepMs
    // On the new clock, where all later records are.
    const from = hostTime(Math.max(0, now.wall - passed))
    const gap = (reason: string): Gap => ({ from, to: now.wall, reason, count: 0 })
    return {
      step: millis(stepped ? step : 0),
      gaps: [
        ...(suspended > suspendedMs ? [gap(gapReason.suspended)] : []),
        ...(ran > stalledMs ? [gap(gapReason.stalled)] : []),
        ...(stepped ? [clockStep(hostTime(last.wall + passed), now.wall)] : []),
      ],
    }
  }
}

const clockStep = (expected: HostTime, now: HostTime): Gap => ({
  from: hostTime(Math.min(expected, now)),
  to: hostTime(Math.max(expected, now)),
  reason: gapReason.clockStepped,
  count: 0,
})
