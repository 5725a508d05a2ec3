import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hostTime } from '../../../src/model/quantity.ts'
import { TimelineView } from '../../../src/ui/store/timeline-view.ts'
import { TimeTravel } from '../../../src/ui/store/time-travel.ts'

const minute = 60_000
const now = hostTime(Date.UTC(2026, 2, 14, 15, 9, 26))
const at = (hours: number, minutes: number) => Date.UTC(2026, 2, 14, hours, minutes)
const shown = (time: TimeTravel) => time.range && [time.range.from, time.range.to]

describe('time travel', () => {
  test('the first step back is the last whole window, and on from it is now', () => {
    const time = new TimeTravel()
    time.step(1, now)
    expect(shown(time)).toBeUndefined()
    time.step(-1, now)
    expect(shown(time)).toEqual([at(15, 0), at(15, 5)])
    time.step(-2, now)
    expect(shown(time)).toEqual([at(14, 50), at(14, 55)])
    expect(time.windowAt(hostTime(at(14, 49)))).toEqual({ from: at(14, 45), to: at(14, 50) })
    time.step(2, now)
    time.step(1, now)
    expect(shown(time)).toBeUndefined()
  })

  test('a moment is shown in its window, a future one in the last whole one', () => {
    const time = new TimeTravel()
    time.goTo(hostTime(at(9, 31)), now)
    expect(shown(time)).toEqual([at(9, 30), at(9, 35)])
    time.goTo(hostTime(at(23, 0)), now)
    expect(shown(time)).toEqual([at(15, 0), at(15, 5)])
    time.goLive()
    expect(shown(time)).toBeUndefined()
  })

  test('windows grow and shrink around the one that is shown, within their bounds', () => {
    const time = new TimeTravel()
    time.goTo(hostTime(at(9, 31)), now)
    time.resize(1)
    expect(shown(time)).toEqual([at(9, 30), at(9, 45)])
    time.resize(-1)
    time.resize(-1)
    expect(shown(time)).toEqual([at(9, 44), at(9, 45)])
    for (let i = 0; i < 9; i++) time.resize(-1)
    expect(time.length).toBe(minute)
    for (let i = 0; i < 9; i++) time.resize(1)
    expect(time.length).toBe(1440 * minute)
  })

  test('the strip holds the window that is shown, and moves only where a step leaves it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 230 }),
        fc.array(fc.integer({ min: -99, max: 33 })),
        (cells, steps) => {
          const time = new TimeTravel()
          const strip = new TimelineView()
          for (const step of [-1, ...steps]) {
            const before = strip.asked?.range
            time.step(step, now)
            strip.place(time, {}, { cells, now })
            const { range } = time
            const around = strip.asked?.range
            const wasIn =
              before !== undefined &&
              range !== undefined &&
              before.from <= range.from &&
              before.to >= range.to
            expect(around).toEqual(range && (wasIn ? before : time.around(cells, now)))
            const isIn = !range || (around!.from <= range.from && around!.to >= range.to)
            expect(isIn).toBe(true)
            expect(around ? around.to - around.from : 0).toBe(around ? cells * time.length : 0)
          }
        },
      ),
    )
  })
})
