import { describe, expect, test } from 'vitest'
import { KernelClock } from '../../src/capture/kernel-clock.ts'

describe('the kernel clock', () => {
  const clocks = () => {
    const now = { wall: 1_700_000_000_000, monotonic: 5e9 }
    return {
      now,
      clock: new KernelClock({ wallMs: () => now.wall, monotonicNs: () => now.monotonic }),
    }
  }

  test('an event has the wall time at which it happened, before and after now', () => {
    const { clock } = clocks()
    expect(clock.hostTime(5e9)).toBe(1_700_000_000_000)
    expect(clock.hostTime(2e9)).toBe(1_699_999_997_000)
    expect(clock.nowNs()).toBe(5e9)
  })

  test('one event keeps one time while the clocks only jitter', () => {
    const { clock, now } = clocks()
    now.wall += 1049
    now.monotonic += 1e9
    clock.refresh()
    expect(clock.hostTime(5e9)).toBe(1_700_000_000_000)
  })

  test('a wall clock that was set is followed', () => {
    const { clock, now } = clocks()
    now.wall += 3_600_000
    clock.refresh()
    expect(clock.hostTime(5e9)).toBe(1_700_003_600_000)
  })

  test('of the host it gives the wall clock, not the uptime', () => {
    const clock = new KernelClock()
    expect(Math.abs(clock.hostTime(clock.nowNs()) - Date.now())).toBeLessThan(60_000)
  })
})
