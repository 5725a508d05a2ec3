import { describe, expect, test } from 'vitest'
import { hostTime, millis } from '../../src/model/quantity.ts'
import { ClockWatch } from '../../src/recorder/clock-watch.ts'

const clocks = (wall: number, monotonic: number, boot = monotonic) => ({
  wall: hostTime(wall),
  monotonic: millis(monotonic),
  boot: millis(boot),
})
const start = () => new ClockWatch(clocks(1e6, 500))

describe('clock watch', () => {
  test('a tick of a second, and one with the jitter of a busy host, find nothing', () => {
    const watch = start()
    expect(watch.look(clocks(1e6 + 1000, 1500))).toEqual({ step: 0, gaps: [] })
    expect(watch.look(clocks(1e6 + 3900, 4400, 4390))).toEqual({ step: 0, gaps: [] })
  })

  test.each([
    ['forward', 86_400_000],
    ['back', -3600_000],
  ])('a clock set %s is a dated gap and a step, and is told once', (_way, by) => {
    const watch = new ClockWatch(clocks(1e9, 500))
    const after = watch.look(clocks(1e9 + 1000 + by, 1500))
    expect(after).toEqual({
      step: by,
      gaps: [
        {
          from: Math.min(1e9 + 1000, 1e9 + 1000 + by),
          to: Math.max(1e9 + 1000, 1e9 + 1000 + by),
          reason: 'clock stepped',
          count: 0,
        },
      ],
    })
    expect(watch.look(clocks(1e9 + 2000 + by, 2500))).toEqual({ step: 0, gaps: [] })
  })

  test('a second of suspension is suspension, not a clock that was set', () => {
    const found = start().look(clocks(1e6 + 61_000, 1500, 61_500))
    expect(found).toEqual({
      step: 0,
      gaps: [{ from: 1e6, to: 1e6 + 61_000, reason: 'suspended', count: 0 }],
    })
  })

  test('a recorder that was stopped for a minute says so', () => {
    const found = start().look(clocks(1e6 + 60_000, 60_500))
    expect(found).toEqual({
      step: 0,
      gaps: [{ from: 1e6, to: 1e6 + 60_000, reason: 'recorder stalled', count: 0 }],
    })
  })

  test('suspended and set on waking: both are told', () => {
    const { step, gaps } = start().look(clocks(1e6 + 61_000 + 5000, 1500, 61_500))
    expect(step).toBe(5000)
    expect(gaps.map(({ reason }) => reason)).toEqual(['suspended', 'clock stepped'])
  })
})
