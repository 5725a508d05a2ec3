import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TextNumbers } from '../../../src/query/aggregate/text-numbers.ts'
import { textsOf } from '../../../src/query/key-words.ts'

/** What a `Map` of strings says. */
class NaiveNumbers {
  readonly #numbers = new Map<string, number>()
  numbersOf(texts: readonly string[]): number[] {
    return texts.map((text) => {
      const number = this.#numbers.get(text) ?? this.#numbers.size
      this.#numbers.set(text, number)
      return number
    })
  }
}

const text = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
  fc.nat(3_000).map((n) => `10.1.${n >> 8}.${n & 255}`),
)

test.each([256, 1])('texts are numbered as a map numbers them, of at most %i probes', (probes) => {
  fc.assert(
    fc.property(fc.array(fc.array(text, { maxLength: 200 }), { maxLength: 5 }), (lists) => {
      const [numbers, naive] = [new TextNumbers(probes), new NaiveNumbers()]
      for (const list of lists)
        expect([...numbers.numbersOf(textsOf(list))]).toEqual(naive.numbersOf(list))
      const all = lists.flat()
      naive.numbersOf(all).forEach((number, i) => expect(numbers.text(number)).toBe(all[i]))
    }),
  )
})

test('a hundred thousand texts have a hundred thousand numbers', () => {
  const many = Array.from({ length: 100_000 }, (_, n) => `2001:db8::${n.toString(16)}`)
  const numbers = new TextNumbers()
  expect(numbers.numbersOf(textsOf(many))).toEqual(Uint32Array.from(many, (_, n) => n))
  expect(numbers.numbersOf(textsOf(many.toReversed()))[0]).toBe(99_999)
  expect(numbers.size).toBe(100_000)
})
