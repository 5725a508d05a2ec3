import { hostTime, type HostTime } from '../model/quantity.ts'

/** A step of the wall clock that is larger than this moves the offset; below it is jitter of reading two clocks. */
const stepMs = 50

/** The two clocks; replaced by tests. */
export interface Clocks {
  readonly wallMs: () => number
  readonly monotonicNs: () => number
}

const hostClocks: Clocks = {
  wallMs: () => Date.now(),
  // Node reads CLOCK_MONOTONIC for hrtime (libuv, uv__hrtime), as bpf_ktime_get_ns does.
  monotonicNs: () => Number(process.hrtime.bigint()),
}

/**
 * Turns the kernel's CLOCK_MONOTONIC, in which BPF stamps events, into the host's wall clock. The offset is kept
 * until the wall clock has moved by `stepMs`, so that one event always has one time.
 */
export class KernelClock {
  readonly #clocks: Clocks
  #offsetMs: number

  constructor(clocks = hostClocks) {
    this.#clocks = clocks
    this.#offsetMs = this.#measuredOffsetMs()
  }

  /** Follows a wall clock that was set or slewed; call it once a poll. */
  refresh(): void {
    const measured = this.#measuredOffsetMs()
    if (Math.abs(measured - this.#offsetMs) > stepMs) this.#offsetMs = measured
  }

  /** Whole ms; a number of ns is exact to 2 ns for the first 200 days of a boot, and ms matter here. */
  hostTime(monotonicNs: number): HostTime {
    return hostTime(Math.round(monotonicNs / 1e6 + this.#offsetMs))
  }

  /** The monotonic clock now, in ns. */
  nowNs(): number {
    return this.#clocks.monotonicNs()
  }

  #measuredOffsetMs(): number {
    return this.#clocks.wallMs() - this.#clocks.monotonicNs() / 1e6
  }
}
