import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyMax, KeySorter, RunFile } from '../../../src/export/sqlite/key-sorter.ts'
import { mulberry32 } from '../../log/busy-host.ts'
import { scratchDirectory } from '../../log/scratch-log.ts'

function sorted(keys: Iterable<number>): [number, number][] {
  const file = new RunFile(join(scratchDirectory(), 'runs'))
  const sorter = new KeySorter(file)
  for (const key of keys) sorter.add(key)
  const found: [number, number][] = []
  sorter.forEach((key, row) => found.push([key, row]))
  file.close()
  return found
}

const naive = (keys: readonly number[]) =>
  keys.map((key, i) => [key, i + 1] as const).toSorted(([a, i], [b, k]) => a - b || i - k)

test('rows come in the order of their keys, those of one key in their own', () => {
  const key = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: keyMax }))
  fc.assert(
    fc.property(fc.array(key, { maxLength: 50 }), (keys) => {
      expect(sorted(keys)).toEqual(naive(keys))
    }),
  )
})

// At the border of a run, and where several runs are merged from the file.
test.each([2 ** 18 - 1, 2 ** 18, 2 ** 18 + 1, 7 * 2 ** 18 + 5])('so do %i rows', (count) => {
  const random = mulberry32(count)
  const keys = Float64Array.from({ length: count }, () => Math.floor(random() * 2 ** 44))
  for (let i = 0; i < count; i += 3) keys[i] = i % 1000
  const found = sorted(keys)
  expect(found.length).toBe(count)
  const isInOrder = found.every(([key, row], i) => {
    if (keys[row - 1] !== key) return false
    const [before, rowBefore] = found[i - 1] ?? [-1, 0]
    return before < key || (before === key && rowBefore < row)
  })
  expect(isInOrder).toBe(true)
})
