import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hostTime, millis } from '../../src/model/quantity.ts'
import { askTimeline, emptyBins } from '../../src/query/timeline.ts'
import { binSize, row } from './aggregate/host-rows.ts'
import { hostsOf } from './fake-hosts.ts'

const range = { from: hostTime(0), to: hostTime(6 * binSize) }
const query = { range, bin: millis(binSize) }

test('each bin of a timeline has what all hosts recorded in it, and what nobody recorded is not known', async () => {
  const fleet = fc.array(fc.array(row, { maxLength: 40 }), { minLength: 1, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(fleet, async (hosts) => {
      const { asking, rounds } = hostsOf(hosts)
      const { bins } = await askTimeline(asking, query)
      expect(rounds()).toBe(1)
      expect(bins.map(({ start }) => start / binSize)).toEqual([0, 1, 2, 3, 4, 5])
      for (const [i, { bytes }] of bins.entries()) {
        const rows = hosts.flat().filter(({ at }) => Math.floor(at / binSize) === i)
        const sum = rows.reduce((all, one) => all + one.bytes, 0)
        // The hosts of the test cover four bins.
        expect(bytes).toBe(i < 4 ? sum : undefined)
      }
    }),
    { numRuns: 50 },
  )
})

test('a gap is in each bin that it touches, and in no other', () => {
  const gap = (from: number, to: number) => ({
    from: hostTime(from),
    to: hostTime(to),
    reason: 'ring-full',
    count: 1,
  })
  const touched = emptyBins(query, [
    gap(binSize, 2 * binSize),
    gap(4 * binSize + 1, 4 * binSize + 2),
  ])
  expect(touched.map(({ hasGap }) => hasGap)).toEqual([false, true, false, false, true, false])
})
