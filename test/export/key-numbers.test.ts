import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KeyNumbers } from '../../src/export/case/key-numbers.ts'

const keyOf = (n: number) => new Uint32Array([n % 3, 0, Math.floor(n / 7), n])

test('a key has the number of its first meeting, however many there are', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(4_000), { maxLength: 6_000 }), (seen) => {
      const numbers = new KeyNumbers(1e6, 'keys')
      const first = new Map<number, number>()
      for (const n of seen) {
        if (!first.has(n)) first.set(n, first.size + 1)
        expect(numbers.of(keyOf(n), 0)).toBe(first.get(n))
      }
      expect(numbers.count).toBe(first.size)
      const hex = (number: number) => Buffer.from(numbers.keyOf(number)).toString('hex')
      const sorted = [...numbers.sorted()].map(hex)
      expect(sorted).toEqual(sorted.toSorted())
      expect(new Set(sorted).size).toBe(first.size)
    }),
    { numRuns: 30 },
  )
})

test('one key more than the most is an error that says what to do', () => {
  const numbers = new KeyNumbers(2, 'addresses')
  numbers.of(keyOf(1), 0)
  numbers.of(keyOf(2), 0)
  expect(numbers.of(keyOf(1), 0)).toBe(1)
  expect(() => numbers.of(keyOf(3), 0)).toThrow('a case holds at most 2 addresses')
})
