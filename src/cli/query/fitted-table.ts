import { cellWidth, fitCells } from '../../ui/text/cells.ts'
import { alignedTable, type Column } from '../aligned-table.ts'

export interface FittedColumn<Row> extends Column<Row> {
  /** May be cut to so many cells where the line is too long; others are whole. */
  readonly widthMin?: number
}

/** As `alignedTable`, within `width` cells as far as columns can be cut; the widest first, so that few are. */
export function fittedTable<Row>(
  columns: readonly FittedColumn<Row>[],
  rows: readonly Row[],
  width: number,
): string {
  const widths = columns.map(({ title, cell }) =>
    rows.reduce((widest, row) => Math.max(widest, cellWidth(cell(row))), cellWidth(title)),
  )
  const gaps = 2 * (columns.length - 1)
  let over = widths.reduce((sum, one) => sum + one, gaps) - width
  while (over > 0) {
    const least = columns.map(({ widthMin }, i) => Math.min(widths[i]!, widthMin ?? Infinity))
    const slack = widths.map((one, i) => one - least[i]!)
    const widest = Math.max(...widths.filter((_, i) => slack[i]! > 0))
    const i = widths.findIndex((one, at) => one === widest && slack[at]! > 0)
    if (i === -1) break
    widths[i]! -= 1
    over -= 1
  }
  return alignedTable(
    columns.map(({ title, align, cell }, i) => ({
      title: fitted(title, widths[i]!, align),
      align,
      cell: (row: Row) => fitted(cell(row), widths[i]!, align),
    })),
    rows,
  )
}

const fitted = (text: string, width: number, align: Column<unknown>['align']) =>
  cellWidth(text) > width ? fitCells(text, width, align) : text
