import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import type { SqlValue } from 'sql.js'
import { expect, test } from 'vitest'
import { IndexTree } from '../../../src/export/sqlite/index-tree.ts'
import { emptyDatabase, loadSqlite } from '../../../src/export/sqlite/load-sqlite.ts'
import {
  lockPage,
  PageFile,
  pageBytes,
  readUpTo,
  writeAll,
} from '../../../src/export/sqlite/page-file.ts'
import { encodeRecord } from '../../../src/export/sqlite/record.ts'
import { TableTree } from '../../../src/export/sqlite/table-tree.ts'
import { scratchDirectory } from '../../log/scratch-log.ts'

interface Written {
  readonly integrity: SqlValue
  /** As SQLite reads them, in the order of their numbers, and as the index leads to them. */
  readonly rows: readonly SqlValue[][]
  readonly byIndex: readonly SqlValue[][]
}

/** Rows of (a, b), and an index on a, written without SQLite and read with it. */
type Row = readonly [a: number | string, b: SqlValue]

async function written(values: readonly Row[]): Promise<Written> {
  const sqlite = await loadSqlite()
  const seed = new sqlite.Database(emptyDatabase(sqlite))
  seed.run('CREATE TABLE t(id INTEGER PRIMARY KEY, a, b); CREATE INDEX t_a ON t(a)')
  const [roots] = seed.exec('SELECT name, rootpage FROM sqlite_master')
  const root = new Map(roots!.values as [string, number][])
  const path = join(scratchDirectory(), 'trees.db')
  const descriptor = openSync(path, 'wx+')
  const bytes = seed.export()
  writeAll(descriptor, bytes, 0)
  const pages = new PageFile(descriptor, bytes.length / pageBytes)
  const table = new TableTree(pages, root.get('t')!)
  const index = new IndexTree(pages, root.get('t_a')!)
  for (const row of values) table.append(encodeRecord([null, ...row]))
  values
    .map(([a], i) => [a, i + 1] as const)
    .toSorted(([a, i], [b, k]) => (a < b ? -1 : a > b ? 1 : i - k))
    .forEach((entry) => index.append(encodeRecord(entry)))
  table.finish()
  index.finish()
  pages.finish()
  closeSync(descriptor)
  const database = new sqlite.Database(readFileSync(path))
  const rows = (sql: string) => database.exec(sql)[0]?.values ?? []
  try {
    return {
      integrity: rows('PRAGMA integrity_check')[0]![0]!,
      rows: rows('SELECT id, a, b FROM t ORDER BY id'),
      byIndex: rows('SELECT id, a, b FROM t INDEXED BY t_a WHERE a IS NOT NULL ORDER BY a, id'),
    }
  } finally {
    database.close()
  }
}

const expected = (values: readonly Row[]) => values.map(([a, b], i) => [i + 1, a, b])

const edges = [0, 1, -1, 127, 128, -128, -129, 32_767, 32_768, 2 ** 23 - 1, 2 ** 23, 2 ** 31 - 1]
const whole = fc.oneof(
  fc.maxSafeInteger(),
  fc.constantFrom(...edges, 2 ** 31, -(2 ** 31), 2 ** 47 - 1, 2 ** 47, Number.MAX_SAFE_INTEGER),
)
const value = fc.oneof(
  whole,
  fc.constant(null),
  fc.string({ maxLength: 200, unit: 'grapheme' }),
  fc.uint8Array({ maxLength: 3_000 }),
)

test('SQLite reads what was written page by page, and finds no fault in it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(whole, value), { maxLength: 300 }), async (values) => {
      const { integrity, rows, byIndex } = await written(values)
      expect(integrity).toBe('ok')
      expect(rows).toEqual(expected(values))
      expect(byIndex).toEqual(
        expected(values).toSorted(
          (x, y) => Number(x[1]) - Number(y[1]) || Number(x[0]) - Number(y[0]),
        ),
      )
    }),
    { numRuns: 60 },
  )
})

// Rows of 5 kB are three a page and a page of inner cells has some 1,500: so many make three levels, and one more.
test.each([0, 1, 3, 4, 6, 7, 4_500, 4_512, 9_000])('a table of %i large rows', async (count) => {
  const filler = new Uint8Array(5_000)
  const { integrity, rows } = await written(
    Array.from({ length: count }, (_, i) => [i, i % 7 === 0 ? null : filler] as const),
  )
  expect(integrity).toBe('ok')
  expect(rows.map(([id]) => id)).toEqual(Array.from({ length: count }, (_, i) => i + 1))
})

// Entries of 1 kB are 15 a page, of whatever kind.
test.each([0, 15, 16, 17, 31, 32, 255, 256, 257, 4_200])(
  'an index of %i large entries',
  async (count) => {
    const name = (i: number) => String((i * 7_919) % 1_000_003).padStart(1_000, '0')
    const { integrity, byIndex } = await written(
      Array.from({ length: count }, (_, i) => [name(i), null] as const),
    )
    expect(integrity).toBe('ok')
    const names = Array.from({ length: count }, (_, i) => name(i))
    expect(byIndex.map(([, a]) => a)).toEqual(names.toSorted())
  },
)

test('the page that SQLite locks is left out', () => {
  const descriptor = openSync(join(scratchDirectory(), 'sparse'), 'wx+')
  const pages = new PageFile(descriptor, lockPage - 2)
  const page = (byte: number) => new Uint8Array(pageBytes).fill(byte)
  expect([1, 2, 3].map((byte) => pages.append(page(byte)))).toEqual([
    lockPage - 1,
    lockPage + 1,
    lockPage + 2,
  ])
  pages.finish()
  const read = (number: number) => readUpTo(descriptor, page(9), (number - 1) * pageBytes)
  expect([-1, 0, 1, 2].map((after) => read(lockPage + after))).toEqual([1, 0, 2, 3].map(page))
  closeSync(descriptor)
})
