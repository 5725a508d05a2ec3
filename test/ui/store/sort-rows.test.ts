import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SortKey } from '../../../src/ui/store/sort-keys.ts'
import { sortRows } from '../../../src/ui/store/sort-rows.ts'

interface Row {
  readonly id: number
  readonly name: string
  readonly rate: number
  readonly total: number
}
const rows = fc.array(
  fc.record({
    name: fc.constantFrom('a', 'b', 'Z', '<x>'),
    rate: fc.nat(3),
    total: fc.oneof(fc.nat(3), fc.constant(2 ** 60)),
  }),
)
const total = ({ total }: Row) => total
const keys: readonly SortKey<Row>[] = [
  { name: 'name', columns: [], of: ({ name }) => name, thenBy: total },
  { name: 'rate', columns: [], of: ({ rate }) => rate, thenBy: total },
  { name: 'total', columns: [], of: total },
]

/** One comparison after another, as it is said. */
function naive({ of, thenBy }: SortKey<Row>, reversed: boolean) {
  const larger = <T extends number | string>(a: T, b: T) => (a === b ? 0 : a > b ? -1 : 1)
  const order = (a: Row, b: Row): number => {
    const [left, right] = [of(a), of(b)]
    const first = larger(left, right) * (typeof left === 'string' ? -1 : 1)
    return first || (thenBy ? larger(thenBy(a), thenBy(b)) : 0)
  }
  return (a: Row, b: Row) => (reversed ? order(b, a) : order(a, b)) || a.id - b.id
}

describe('rows in order', () => {
  test('are as comparing them one by one says, either way', () => {
    fc.assert(
      fc.property(rows, fc.constantFrom(...keys), fc.boolean(), (some, key, reversed) => {
        const numbered = some.map((row, id) => ({ ...row, id }))
        const expected = [...numbered].sort(naive(key, reversed))
        expect(sortRows(numbered.toReversed(), key, reversed)).toEqual(expected)
      }),
    )
  })
})
