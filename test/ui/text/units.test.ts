import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  formatDuration,
  formatQuantity,
  formatRate,
  formatRtt,
  formatTimeOfDay,
} from '../../../src/ui/text/units.ts'

describe('units', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [1000, '1.00k'],
    [9994, '9.99k'],
    [9994.9, '9.99k'],
    [9995, '10.0k'],
    [99_960, '100k'],
    [999_400, '999k'],
    [999_500, '1.00M'],
    [1.5e18, '1.50E'],
  ])('%d is written %s', (value, text) => {
    expect(formatQuantity(value)).toBe(text)
  })

  test('no quantity below a zettabyte takes more than five cells', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 9.99e20, noNaN: true }), (value) => {
        expect(formatQuantity(value).length).toBeLessThanOrEqual(5)
      }),
    )
  })

  test('a rate in bits is eight times the rate in bytes, and an unknown one is not zero', () => {
    expect(formatRate(1000, 'bytes')).toBe('1.00k')
    expect(formatRate(1000, 'bits')).toBe('8.00k')
    expect(formatRate(undefined, 'bits')).toBe('-')
  })

  test('a round trip is in milliseconds, and none is nothing', () => {
    expect([0, 85, 12_340, 1_234_000].map(formatRtt)).toEqual(['', '0.09', '12.3', '1234'])
  })

  test('durations have the two units that matter', () => {
    const texts = [0, 59_999, 60_000, 3_725_000, 7 * 86_400_000 + 3_600_000].map(formatDuration)
    expect(texts).toEqual(['0s', '59s', '1m 00s', '1h 02m', '7d 01h'])
  })

  test('times of day are in UTC and say so', () => {
    expect(formatTimeOfDay(Date.UTC(2026, 2, 14, 15, 9, 26))).toBe('15:09:26Z')
  })
})
