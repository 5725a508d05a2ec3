import { expect, test } from 'vitest'
import { HeldBatches } from '../../src/log/held-batches.ts'
import type { Gap } from '../../src/model/gap.ts'
import { limits } from '../../src/model/limits.ts'
import { at } from './scratch-log.ts'

const gap = (second: number, reason: string): Gap => ({
  from: at(second * 1_000).wall,
  to: at(second * 1_000 + 500).wall,
  reason,
  count: 2,
})
const gapsOf = (held: HeldBatches) => held.take(0, 0, 0, at(0)).gaps

test('gaps of one reason that touch are one', () => {
  const held = new HeldBatches()
  held.addGap(gap(1, 'ring full'))
  held.addGap({ ...gap(1, 'ring full'), from: at(1_500).wall, to: at(2_000).wall })
  held.addGap(gap(1, 'disk full'))
  expect(gapsOf(held)).toBe(2)
})

test('gaps beyond the limit widen one of their reason, and none is forgotten', () => {
  const held = new HeldBatches()
  for (let n = 0; n < limits.logHeldGapsMax; n++) held.addGap(gap(n, 'ring full'))
  expect(gapsOf(held)).toBe(limits.logHeldGapsMax)
  held.addGap(gap(9_999, 'ring full'))
  expect(gapsOf(held)).toBe(limits.logHeldGapsMax)
  held.addGap(gap(9_999, 'clock stepped'))
  expect(gapsOf(held)).toBe(limits.logHeldGapsMax + 1)
})
