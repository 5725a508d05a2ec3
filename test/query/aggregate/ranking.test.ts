import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nthLargest, ranked } from '../../../src/query/aggregate/ranking.ts'
import { PartialGroups } from '../../../src/query/partial-groups.ts'

const measure = { kind: 'flows' } as const
const group = fc.record({
  key: fc.tuple(fc.constantFrom('a', 'b', null, 7)),
  value: fc.nat(5),
})

test('the largest groups come first and in order, and the others after them', () => {
  fc.assert(
    fc.property(fc.array(group), fc.nat(12), (some, most) => {
      const groups = PartialGroups.of(
        [measure],
        some.map(({ key, value }) => ({
          key,
          states: [{ kind: 'total', value }],
          unsent: undefined,
        })),
      )
      const all = [...ranked(groups, measure)]
      const found = [...ranked(groups, measure, most)]
      expect(found.slice(0, most)).toEqual(all.slice(0, most))
      expect(found.map((one) => JSON.stringify(one)).toSorted()).toEqual(
        all.map((one) => JSON.stringify(one)).toSorted(),
      )
    }),
  )
})

test('the n-th largest of numbers is what sorting them says', () => {
  const numbers = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1 })
  fc.assert(
    fc.property(numbers, fc.nat(), (some, random) => {
      const n = 1 + (random % some.length)
      expect(nthLargest(Float64Array.from(some), n)).toBe(some.toSorted((a, b) => b - a)[n - 1])
    }),
  )
})
