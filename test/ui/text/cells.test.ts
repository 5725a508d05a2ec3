import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanText } from '../../../src/model/clean-text.ts'
import { cellWidth, fitCells, truncateCells, wrapCells } from '../../../src/ui/text/cells.ts'

const names = fc
  .string({ unit: fc.constantFrom('a', 'Z', '日', '本', 'é', 'e\u0301', '😀', '한', ' ', '…') })
  .map((text) => cleanText(text, 64))

describe('cells', () => {
  test('a text fits exactly the cells it is given, whatever it is made of', () => {
    fc.assert(
      fc.property(names, fc.integer({ min: 0, max: 30 }), (name, width) => {
        expect(cellWidth(fitCells(name, width, 'left'))).toBe(width)
        expect(cellWidth(fitCells(name, width, 'right'))).toBe(width)
      }),
    )
  })

  test('a wide character that would be halved is left out and its cell padded', () => {
    expect(fitCells('日本語', 4, 'left')).toBe('日… ')
    expect(fitCells('日本語', 5, 'right')).toBe('日本…')
    expect(fitCells('日本語', 6, 'left')).toBe('日本語')
  })

  test('a combining mark stays with its letter', () => {
    expect(truncateCells('e\u0301e\u0301e\u0301', 2)).toBe('e\u0301…')
  })

  test('wrapped lines are no wider than asked and lose no word', () => {
    fc.assert(
      fc.property(fc.array(names), fc.integer({ min: 2, max: 20 }), (words, width) => {
        const text = words.join(' ')
        const lines = wrapCells(text, width)
        for (const line of lines) expect(cellWidth(line)).toBeLessThanOrEqual(width)
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      }),
    )
  })
})
