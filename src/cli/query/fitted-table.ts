import { cellWidth, truncateCells, truncateStart } from '../../ui/text/cells.ts'
import { alignedTable, type Column } from '../aligned-table.ts'

export interface FittedColumn<Row> extends Column<Row> {
  /** May be cut to so many cells where lines are too long; others are whole. */
  readonly widthMin?: number
  /** Its texts are cut at their beginning. */
  readonly isPath?: boolean
  /** Left out where lines are still too long, those of the highest number first; others stay. */
  readonly dropOrder?: number
}

/** As `alignedTable`, within `width` cells as far as columns can be left out and cut; the widest are cut first. */
export function fittedTable<Row>(
  columns: readonly FittedColumn<Row>[],
  rows: readonly Row[],
  width: number,
): string {
  const sized = columns.map((column) => ({
    ...column,
    width: rows.reduce(
      (widest, row) => Math.max(widest, cellWidth(column.cell(row))),
      cellWidth(column.title),
    ),
  }))
  const kept = withinWidth(sized, width, leastWidth)
  while (lineWidth(kept, (one) => one.width) > width && cutWidest(kept));
  const cut = kept.map(({ title, align, cell, isPath, width: cells }) => ({
    title: truncateCells(title, cells),
    align,
    cell: (row: Row) => (isPath ? truncateStart : truncateCells)(cell(row), cells),
  }))
  return alignedTable(cut, rows)
}

/** The columns that stay in lines of `width` cells. */
export function withinWidth<C extends { readonly dropOrder?: number }>(
  columns: readonly C[],
  width: number,
  widthOf: (column: C) => number,
): readonly C[] {
  if (lineWidth(columns, widthOf) <= width) return columns
  const last = columns.reduce((max, { dropOrder = 0 }) => Math.max(max, dropOrder), 0)
  if (last === 0) return columns
  const at = columns.findIndex(({ dropOrder }) => dropOrder === last)
  return withinWidth(columns.toSpliced(at, 1), width, widthOf)
}

interface Sized {
  width: number
  readonly widthMin?: number
}

const leastWidth = ({ width, widthMin }: Sized) => Math.min(width, widthMin ?? Infinity)

const lineWidth = <C>(columns: readonly C[], widthOf: (column: C) => number) =>
  columns.reduce((sum, column) => sum + widthOf(column), 2 * (columns.length - 1))

/** Takes a cell from the widest column that has one to spare. */
function cutWidest(columns: readonly Sized[]): boolean {
  const widest = columns
    .filter((column) => column.width > leastWidth(column))
    .reduce<Sized | undefined>((a, b) => (a && a.width >= b.width ? a : b), undefined)
  if (widest) widest.width -= 1
  return widest !== undefined
}
