import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ValueNumbers } from '../../../src/query/aggregate/value-numbers.ts'
import type { GroupValue } from '../../../src/query/group-name.ts'
import { textsOf } from '../../../src/query/key-words.ts'

const texts = fc.uniqueArray(fc.stringMatching(/^[ab]{0,3}$/), { maxLength: 8 })
const numbers = fc.uniqueArray(fc.nat(9), { maxLength: 5 })

test('texts, numbers and the unknown are numbered by their first sight, whichever kind comes first', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.boolean(), numbers, texts), { minLength: 1, maxLength: 6 }),
      (answers) => {
        const values = new ValueNumbers()
        const met: (readonly [number, GroupValue])[] = []
        for (const [hasUnknown, numbers, texts] of answers) {
          const words = { hasUnknown, numbers: Float64Array.from(numbers), texts: textsOf(texts) }
          const all: GroupValue[] = [...(hasUnknown ? [null] : []), ...numbers, ...texts]
          values.ofWords(words).forEach((number, i) => met.push([number, all[i]!]))
        }
        const known = new Map(met)
        for (const [number, value] of met) expect(known.get(number)).toBe(value)
        expect(values.size).toBe(known.size)
        expect(new Set(known.values()).size).toBe(known.size)
        for (const [number, value] of known) {
          expect(number).toBeLessThan(values.size)
          expect(values.value(number)).toBe(value)
        }
      },
    ),
  )
})
