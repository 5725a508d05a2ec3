import { cellWidth, fitCells, type Align } from '../ui/text/cells.ts'

export interface Column<Row> {
  readonly title: string
  readonly align: Align
  readonly cell: (row: Row) => string
}

/** Rows under their titles, each column as wide as its widest cell: nothing is cut, for eyes and for awk. */
export function alignedTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map((column) => column.cell(row)))
  // No spread into Math.max: a hundred thousand rows would not fit on the stack.
  const widths = columns.map(({ title }, i) =>
    cells.reduce((widest, row) => Math.max(widest, cellWidth(row[i]!)), title.length),
  )
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => fitCells(cell, widths[i]!, columns[i]!.align))
      .join('  ')
      .trimEnd()
  return [columns.map(({ title }) => title), ...cells].map((row) => `${line(row)}\n`).join('')
}
