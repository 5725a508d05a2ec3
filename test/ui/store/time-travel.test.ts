import { describe, expect, test } from 'vitest'
import { hostTime } from '../../../src/model/quantity.ts'
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
})
