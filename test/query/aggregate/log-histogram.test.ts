import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bucketCount, bucketOf, LogHistogram } from '../../../src/query/aggregate/log-histogram.ts'

const value = fc.oneof(
  fc.nat(300),
  fc.nat(60_000_000),
  fc.maxSafeNat(),
  fc.constantFrom(0, 1, 2, Number.MAX_SAFE_INTEGER),
)
const values = fc.array(value, { maxLength: 60 })
const part = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.5, 0.99, 1))

function histogramOf(some: readonly number[]): LogHistogram {
  const made = new LogHistogram()
  for (const one of some) made.add(one)
  return made
}
const contents = (histogram: LogHistogram) => [histogram.zeros, histogram.buckets()]

describe('a histogram of growing buckets', () => {
  test('has each quantile within its bounds, and within 1 % of the truth', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), part, (some, at) => {
        const quantile = histogramOf(some).quantile(at)
        const sorted = some.toSorted((a, b) => a - b)
        const truth = sorted.find((_, i) => i + 1 >= at * some.length)!
        expect(quantile!.low).toBeLessThanOrEqual(truth)
        expect(quantile!.high).toBeGreaterThanOrEqual(truth)
        expect(Math.abs(quantile!.value - truth)).toBeLessThanOrEqual(truth * 0.01 * (1 + 1e-12))
      }),
      { numRuns: 1000 },
    )
  })

  test('thinned has no more buckets than it may, and each quantile within its bounds', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 60 }),
        part,
        fc.integer({ min: 1, max: 40 }),
        (some, at, bucketsMax) => {
          const thin = histogramOf(some).thinned(bucketsMax)
          expect(thin.buckets().counts.length).toBeLessThanOrEqual(bucketsMax)
          const quantile = thin.quantile(at)
          const sorted = some.toSorted((a, b) => a - b)
          const truth = sorted.find((_, i) => i + 1 >= at * some.length)!
          expect(quantile!.low).toBeLessThanOrEqual(truth)
          expect(quantile!.high).toBeGreaterThanOrEqual(truth)
          expect(thin.count()).toBe(some.length)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('thinned merges in any order to the same', () => {
    const thin = fc
      .tuple(values, fc.constantFrom(3, 20, 1_000))
      .map(([some, most]) => histogramOf(some).thinned(most))
    fc.assert(
      fc.property(thin, thin, thin, (a, b, c) => {
        const one = a.merge(b).merge(c)
        const other = c.merge(a.merge(b))
        expect([one.halvings, contents(one)]).toEqual([other.halvings, contents(other)])
      }),
      { numRuns: 200 },
    )
  })

  test('of nothing has no quantile', () => {
    expect(new LogHistogram().quantile(0.5)).toBeUndefined()
  })

  test('is exact below 50, where a bucket holds one whole number', () => {
    for (let one = 0; one < 50; one++)
      expect(histogramOf([one]).quantile(0.5)).toEqual({ value: one, low: one, high: one })
  })

  test('of any split merges, in any order, to that of all values', () => {
    fc.assert(
      fc.property(fc.array(values), (lots) => {
        const whole = contents(histogramOf(lots.flat()))
        const merge = (all: readonly (readonly number[])[]) =>
          all.reduce((sum, lot) => sum.merge(histogramOf(lot)), new LogHistogram())
        expect(isDeepStrictEqual(contents(merge(lots)), whole)).toBe(true)
        expect(isDeepStrictEqual(contents(merge(lots.toReversed())), whole)).toBe(true)
        expect(merge(lots).count()).toBe(lots.flat().length)
      }),
    )
  })

  test('does not change when it is merged into another', () => {
    const [a, b] = [histogramOf([5, 500]), histogramOf([5])]
    const before = contents(a)
    a.merge(b).add(7)
    b.merge(a).add(7)
    expect(contents(a)).toEqual(before)
  })

  test('counts a value as often as it is told, in one of its buckets', () => {
    const some = new LogHistogram()
    some.add(1000, 3)
    some.add(0, 2)
    expect([some.count(), some.zeros, some.quantile(0.4)?.value]).toEqual([5, 2, 0])
    expect(bucketOf(Number.MAX_SAFE_INTEGER)).toBe(bucketCount - 1)
    expect(bucketOf(1)).toBe(0)
  })
})
