import fc from 'fast-check'
import { expect, test } from 'vitest'
import { brailleLine } from '../../../src/ui/text/braille-curve.ts'

const [width, rows] = [6, 3]
/** Bits of a braille cell, by column and by height. */
const bits = [
  [0x40, 0x04, 0x02, 0x01],
  [0x80, 0x20, 0x10, 0x08],
]

/** Heights at which a column has dots. */
function heights(lines: readonly string[], x: number): number[] {
  const at = (y: number) => {
    const line = lines[rows - 1 - Math.floor(y / 4)]!
    const cell = line.codePointAt(x >> 1)!
    return cell !== 0x20 && ((cell - 0x2800) & bits[x % 2]![y % 4]!) !== 0
  }
  return Array.from({ length: rows * 4 }, (_, y) => y).filter(at)
}

test('a line has a dot at each value, touches the one before, and is broken where there is none', () => {
  const values = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 10, max: 99 })), {
    maxLength: 2 * width,
  })
  fc.assert(
    fc.property(values, (all) => {
      const lines = brailleLine(all, { least: 10, most: 99 }, width, rows)
      expect(lines.map((line) => line.length)).toEqual(Array.from({ length: rows }, () => width))
      const heightOf = (value: number) => Math.round(((value - 10) / 89) * (rows * 4 - 1))
      for (let x = 0; x < 2 * width; x++) {
        const i = x - 2 * width + all.length
        const value = all[i] ?? 0
        const drawn = heights(lines, x)
        const before = all[i - 1] ?? 0
        const from = value === 0 || before === 0 ? heightOf(value) : heightOf(before)
        const span = [from, heightOf(value)].toSorted((a, b) => a - b)
        const whole = Array.from({ length: span[1]! - span[0]! + 1 }, (_, k) => span[0]! + k)
        const expected = whole.filter((y) => y !== from || y === heightOf(value))
        expect(drawn).toEqual(value === 0 ? [] : expected)
      }
    }),
  )
})

test('a value that never changes is a line in the middle', () => {
  const lines = brailleLine([7, 7, 7, 7], { least: 7, most: 7 }, 2, 1)
  expect(lines).toEqual(['⠒⠒'.replaceAll('⠒', '⠤')])
})
