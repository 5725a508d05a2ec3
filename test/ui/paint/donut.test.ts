import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seriesRole } from '../../../src/ui/charts/curves.ts'
import { donut, donutCells } from '../../../src/ui/paint/donut.ts'

const dotsIn = (text: string) =>
  (text.codePointAt(0)! - 0x2800).toString(2).replaceAll('0', '').length

test('a ring is divided among its parts by their sizes, and the rest stands back', () => {
  const parts = fc.array(fc.nat(100), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(parts, fc.nat(100), fc.integer({ min: 4, max: 9 }), (sizes, rest, lines) => {
      const all = sizes.reduce((sum, size) => sum + size, rest)
      const shares = sizes.map((size) => (all === 0 ? 0 : size / all))
      const cells = donut(shares, lines).flat()
      expect(cells).toHaveLength(lines * donutCells(lines))
      const ring = cells.filter(({ text }) => text >= '\u2800')
      const dots = ring.reduce((sum, { text }) => sum + dotsIn(text), 0)
      const others = 1 - shares.reduce((sum, share) => sum + share, 0)
      for (const [i, share] of [...shares, others].entries()) {
        const role = i < shares.length ? seriesRole(i) : 'dim'
        const own = ring.filter((cell) => cell.role === role)
        const part = own.reduce((sum, { text }) => sum + dotsIn(text), 0) / dots
        // A cell has one colour, and each part two edges.
        expect(Math.abs(part - share)).toBeLessThan(0.2)
      }
    }),
  )
})

test('the first part is written into it', () => {
  const lines = donut([0.85, 0.1], 5).map((line) => line.map(({ text }) => text).join(''))
  expect(lines[2]).toContain('85%')
  expect(new Set(lines.map((line) => line.length))).toEqual(new Set([donutCells(5)]))
})
