import { expect, test } from 'vitest'
import { hostTime } from '../../src/model/quantity.ts'
import { LossGaps } from '../../src/recorder/loss-gaps.ts'

const ring = (count: number) => ({ reason: 'ring-full', count, last: hostTime(0) })
const at = hostTime

test('each look gives what was lost since the one before, dated by both, and nothing twice', () => {
  const losses = new LossGaps(at(100))
  expect(losses.since(at(200), [ring(5)])).toEqual([
    { from: 100, to: 200, reason: 'ring-full', count: 5 },
  ])
  expect(losses.since(at(300), [ring(5)])).toEqual([])
  expect(losses.since(at(400), [ring(7), { ...ring(2), reason: 'flow-table-full' }])).toEqual([
    { from: 300, to: 400, reason: 'ring-full', count: 2 },
    { from: 300, to: 400, reason: 'flow-table-full', count: 2 },
  ])
})

test('a gap is in order although the clock was set back', () => {
  expect(new LossGaps(at(500)).since(at(100), [ring(1)])).toMatchObject([{ from: 100, to: 500 }])
})
