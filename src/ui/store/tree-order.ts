export type RowId = number | string

/** A row of a table; one that is unfolded has those that are part of it. */
export interface TreeRow<Row> {
  readonly id: RowId
  readonly parts?: readonly Row[] | undefined
}

interface TreeOrder<Row> {
  readonly rows: readonly Row[]
  /** The branch on which each row is; none where no row is unfolded. */
  readonly leads: readonly string[]
}

const branch = { more: '├─', last: '└─', past: '│ ', none: '  ' } as const

/** Rows with their parts below them, each level in order. */
export function inTreeOrder<Row extends TreeRow<Row>>(
  whole: readonly Row[],
  inOrder: (rows: readonly Row[]) => readonly Row[],
): TreeOrder<Row> {
  if (whole.every(({ parts }) => parts === undefined)) return { rows: inOrder(whole), leads: [] }
  const rows: Row[] = []
  const leads: string[] = []
  const addParts = (row: Row, before: string) => {
    for (const [i, part] of inOrder(row.parts ?? []).entries()) {
      const isLast = i === row.parts!.length - 1
      rows.push(part)
      leads.push(before + (isLast ? branch.last : branch.more))
      addParts(part, before + (isLast ? branch.none : branch.past))
    }
  }
  for (const row of inOrder(whole)) {
    rows.push(row)
    leads.push('')
    addParts(row, '')
  }
  return { rows, leads }
}
