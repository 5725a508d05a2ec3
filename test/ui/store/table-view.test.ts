import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SortKey } from '../../../src/ui/store/sort-keys.ts'
import { TableView } from '../../../src/ui/store/table-view.ts'

interface Row {
  readonly id: number
  readonly size: number
}
const bySize: SortKey<Row> = { name: 'size', columns: [], of: ({ size }) => size }
const byAge: SortKey<Row> = { name: 'age', columns: [], of: ({ id }) => id }

const rowsOf = (...sizes: number[]): Row[] => sizes.map((size, i) => ({ id: i + 1, size }))
function tableOf(...sizes: number[]): TableView<Row> {
  const table = new TableView([bySize, byAge])
  table.setRows(rowsOf(...sizes))
  return table
}
const ids = (table: TableView<Row>) => table.rows.map(({ id }) => id)

describe('a table', () => {
  test('is sorted, equal rows by their ids, and reversed on demand', () => {
    const table = tableOf(5, 9, 5, 1)
    expect(ids(table)).toEqual([2, 1, 3, 4])
    table.reverseSort()
    expect(ids(table)).toEqual([4, 1, 3, 2])
    table.nextSort()
    expect(table.sort.name).toBe('age')
    expect(ids(table)).toEqual([4, 3, 2, 1])
    table.nextSort()
    expect(table.sort.name).toBe('size')
  })

  test('selects nothing until the user moves', () => {
    const table = tableOf(3, 2, 1)
    expect(table.selected).toBeUndefined()
    expect(table.window(2)).toMatchObject({ selected: undefined, rows: [{ id: 1 }, { id: 2 }] })
    table.move(1)
    expect(table.selected?.id).toBe(1)
  })

  test('the selection follows its row through a new order', () => {
    const table = tableOf(9, 8, 7)
    table.move(1)
    table.move(1)
    expect(table.selected?.id).toBe(2)
    table.setRows(rowsOf(1, 2, 3))
    expect(ids(table)).toEqual([3, 2, 1])
    expect(table.selected?.id).toBe(2)
    table.setRows(rowsOf(5, 0, 5))
    expect(table.selected?.id).toBe(2)
    expect(table.window(3).selected).toBe(2)
  })

  test('when the selected row goes, its neighbour is selected', () => {
    const table = tableOf(9, 8, 7)
    table.move(2)
    expect(table.selected?.id).toBe(2)
    table.setRows([
      { id: 1, size: 9 },
      { id: 3, size: 7 },
    ])
    expect(table.selected?.id).toBe(3)
    table.setRows([])
    expect(table.selected).toBeUndefined()
    expect(table.window(5)).toEqual({ rows: [], leads: [], selected: undefined, tagged: new Set() })
  })

  test('frozen rows keep their places while values change, and new rows come last', () => {
    const table = tableOf(3, 2, 1)
    table.toggleFrozen()
    table.setRows(rowsOf(0, 5, 9, 99))
    expect(ids(table)).toEqual([1, 2, 3, 4])
    expect(table.rows[2]?.size).toBe(9)
    table.toggleFrozen()
    expect(ids(table)).toEqual([4, 3, 2, 1])
  })

  test('asking for another order thaws', () => {
    const table = tableOf(1, 2, 3)
    table.toggleFrozen()
    table.reverseSort()
    expect(table.frozen).toBe(false)
    expect(ids(table)).toEqual([1, 2, 3])
  })

  test('moves past an end stop there', () => {
    const table = tableOf(3, 2, 1)
    table.move(Infinity)
    expect(table.selected?.id).toBe(3)
    table.move(10)
    expect(table.selected?.id).toBe(3)
    table.move(-Infinity)
    expect(table.selected?.id).toBe(1)
  })

  test('the selected row is in sight and the window is full, whatever happens', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('move' as const), by: fc.integer({ min: -9, max: 9 }) }),
      fc.record({ kind: fc.constant('rows' as const), sizes: fc.array(fc.nat(9)) }),
      fc.record({ kind: fc.constant('freeze' as const) }),
      fc.record({ kind: fc.constant('sort' as const) }),
    )
    fc.assert(
      fc.property(fc.array(step), fc.integer({ min: 1, max: 6 }), (steps, height) => {
        const table = tableOf(1, 2, 3, 4, 5, 6, 7, 8)
        for (const one of steps) {
          if (one.kind === 'move') table.move(one.by)
          else if (one.kind === 'rows') table.setRows(rowsOf(...one.sizes))
          else if (one.kind === 'freeze') table.toggleFrozen()
          else table.nextSort()
          const { rows, selected } = table.window(height)
          expect(rows.length).toBe(Math.min(height, table.rows.length))
          const at = selected === undefined ? undefined : rows[selected]
          expect(at).toBe(table.selected)
        }
      }),
    )
  })
})
