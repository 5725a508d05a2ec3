import { describe, expect, test } from 'vitest'
import { RecordedLives, type FlowLife } from '../../src/analysis/load/flow-life.ts'
import {
  exportTimers,
  flowBytes,
  FlowLoad,
  recordBytes,
} from '../../src/analysis/load/flow-load.ts'
import { flowFlag } from '../../src/model/flow.ts'
import { hostTime } from '../../src/model/quantity.ts'
import { recordOf } from '../sim/record.ts'

const life = (from: number, to: number, more: Partial<FlowLife> = {}): FlowLife => ({
  start: hostTime(from * 1000),
  end: hostTime(to * 1000),
  began: true,
  ended: true,
  ...more,
})

function loadOf(lives: readonly FlowLife[]): FlowLoad {
  const load = new FlowLoad()
  for (const one of lives) load.add(one)
  return load
}

describe('what flows cost', () => {
  const lives = [
    life(0, 0.4),
    life(0.5, 10),
    life(0.9, 1000, { ended: false }),
    life(20, 20, { began: false }),
  ]

  test('their rates: how many begin in a second, and how many a table holds', () => {
    expect(loadOf(lives).rates()).toEqual({
      seconds: 1000,
      flows: 4,
      mean: 3 / 1000,
      max: 3,
      liveMax: 3,
      tableBytes: 3 * flowBytes,
    })
  })

  test('a flow that nobody ended is held until it is idle for long enough', () => {
    const open = life(0, 10, { ended: false })
    expect(loadOf([open, life(99, 99)]).rates().liveMax).toBe(2)
    expect(loadOf([open, life(101, 101)]).rates().liveMax).toBe(1)
  })

  test('records at each export timer: one a period, and one at the end', () => {
    const timers = loadOf(lives).timers()
    expect(timers.map(({ seconds }) => seconds)).toEqual(exportTimers)
    for (const { seconds, records, recordsPerSecond, bytesPerSecond } of timers) {
      const expected = 4 + Math.floor(9.5 / seconds) + Math.floor(999.1 / seconds)
      expect(records).toBe(expected)
      expect(recordsPerSecond).toBeCloseTo(expected / 1000, 12)
      expect(bytesPerSecond).toBeCloseTo((expected / 1000) * recordBytes, 9)
    }
  })

  test('of two parts are those of the whole', () => {
    const sum = loadOf(lives.slice(0, 2))
    sum.addAll(loadOf(lives.slice(2)))
    expect(sum.rates()).toEqual(loadOf(lives).rates())
    expect(sum.timers()).toEqual(loadOf(lives).timers())
  })

  test('of nothing are 0', () => {
    expect(loadOf([]).rates()).toMatchObject({ seconds: 1, flows: 0, mean: 0, max: 0, liveMax: 0 })
  })
})

describe('records of a log', () => {
  test('that follow each other are one flow', () => {
    const lives = new RecordedLives()
    const whole: FlowLife[] = []
    const add = (id: number, from: number, to: number, endReason: 'active' | 'idle', flags = 0) =>
      lives.add(
        recordOf({ id, start: hostTime(from), end: hostTime(to), endReason, flags }),
        (ended) => whole.push(ended),
      )
    expect(add(1, 0, 300, 'active')).toBe(true)
    expect(add(2, 10, 300, 'active', flowFlag.partial)).toBe(true)
    expect(add(1, 300, 600, 'active')).toBe(false)
    expect(add(1, 600, 700, 'idle')).toBe(false)
    expect(whole).toEqual([{ start: 0, end: 700, began: true, ended: true }])
    expect([...lives.rest()]).toEqual([{ start: 10, end: 300, began: false, ended: false }])
  })
})
