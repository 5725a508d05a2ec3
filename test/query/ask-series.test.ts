import fc from 'fast-check'
import { expect, test } from 'vitest'
import { askSeries } from '../../src/query/ask-series.ts'
import type { Measure } from '../../src/query/question.ts'
import { binSize, groupedBy, nameOf, questionOf, row } from './aggregate/host-rows.ts'
import { nameId } from './aggregate/name-id.ts'
import { hostsOf } from './fake-hosts.ts'

const bytes: Measure = { kind: 'sum', of: 'bytes' }
const byProcess = [{ kind: 'field', field: 'process' }] as const
const fleet = fc.array(fc.array(row, { maxLength: 40 }), { minLength: 1, maxLength: 5 })
const sum = (rows: readonly { readonly bytes: number }[] = []) =>
  rows.reduce((all, one) => all + one.bytes, 0)

test('every cell of the largest groups is exact, however few groups hosts send', async () => {
  await fc.assert(
    fc.asyncProperty(
      fleet,
      fc.constantFrom([], byProcess),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 5 }),
      async (hosts, by, groupsSent, most) => {
        const question = { ...questionOf({ by, measures: [bytes], groupsSent }), bin: binSize }
        const { asking } = hostsOf(hosts)
        const { bins, series } = await askSeries(asking, question, most, {})
        expect(bins.map(({ start }) => start / binSize)).toEqual([0, 1, 2, 3])
        const cells = groupedBy(hosts.flat(), (one) => nameId(nameOf(question, one)))
        for (const { key, course } of series)
          for (const [i, { start, recorded }] of bins.entries()) {
            const value = sum(cells.get(nameId({ key, bin: start })))
            expect(recorded).toBe(true)
            expect(course.at(i)[0]).toMatchObject({ value, low: value, high: value })
          }
        const groups = groupedBy(hosts.flat(), (one) => nameId({ key: nameOf(question, one).key }))
        const sizes = [...groups.values()].map(sum).toSorted((a, b) => b - a)
        const expected = by.length === 0 ? [sum(hosts.flat())] : sizes.slice(0, most)
        expect(series.map(({ values }) => values[0]!.value)).toEqual(expected)
      },
    ),
    { numRuns: 200 },
  )
})
