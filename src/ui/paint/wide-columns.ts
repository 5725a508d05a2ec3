import { cellWidth } from '../text/cells.ts'
import type { Column, FittedColumn, Shown } from './columns.ts'

/** Columns up to this place in the order in which they go are worth more than any value in full: who, and how much. */
const essentialUntil = 3
/** A value in full has at most so many cells, and a column that cannot have them at least so many. */
const valueCellsMax = 120
const cutCellsMin = 24

/** What the rows in sight need of a column to be shown in full. */
export function cellsInFull<Row>(column: Column<Row>, rows: readonly Row[], shown: Shown): number {
  const needed = rows.map((row) => cellWidth(column.text(row, valueCellsMax, shown)))
  return Math.min(
    valueCellsMax,
    Math.max(column.widthMin, cellWidth(column.title(shown)), ...needed),
  )
}

/**
 * The columns of a table of `width` cells whose values are to be read in full: who and how much, then these in full, then
 * other columns while there is room for theirs. Bars say nothing that a number does not: they are left out.
 */
export function fitWide<Row>(
  columns: readonly Column<Row>[],
  width: number,
  inFull: (column: Column<Row>) => number,
): readonly FittedColumn<Row>[] {
  const byImportance = columns
    .filter(({ isBar }) => !isBar)
    .toSorted((a, b) => a.dropOrder - b.dropOrder)
  const widths = new Map<Column<Row>, number>()
  let left = width + 1
  const give = (column: Column<Row>, cells: number) => {
    left -= cells + (widths.has(column) ? 0 : 1)
    widths.set(column, (widths.get(column) ?? 0) + cells)
  }
  const essential = byImportance.filter(({ dropOrder }) => dropOrder <= essentialUntil)
  for (const column of essential) if (column.widthMin < left) give(column, column.widthMin)
  for (const column of essential) {
    const now = widths.get(column)
    if (now !== undefined) give(column, Math.max(0, Math.min(left, inFull(column) - now)))
  }
  for (const column of byImportance.filter((one) => !widths.has(one))) {
    const cells = Math.min(inFull(column), left - 1)
    if (cells >= Math.min(inFull(column), cutCellsMin)) give(column, cells)
  }
  return columns.flatMap((column) => {
    const fitted = widths.get(column)
    return fitted === undefined ? [] : [{ ...column, width: fitted }]
  })
}
