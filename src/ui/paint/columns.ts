import type { Align } from '../text/cells.ts'
import type { NameOf } from '../remote-names.ts'
import type { WhereaboutsOf } from '../remote-whereabouts.ts'
import type { RateUnit } from '../text/units.ts'
import type { Role } from '../theme/theme.ts'

/** How values are shown. */
export interface Shown {
  readonly unit: RateUnit
  /** Of remote ends; undefined where their addresses are shown. */
  readonly nameOf: NameOf | undefined
  /** Of remote addresses; undefined where they are not to be shown. */
  readonly whereaboutsOf: WhereaboutsOf | undefined
  /** The day of the database behind countries and AS on the screen; undefined where there is none, or several. */
  readonly registeredOn: string | undefined
}

/** A column of a table of `Row`s. */
export interface Column<Row> {
  /** Its word in the vocabulary, where it has one; sort keys name it. */
  readonly name: string
  readonly title: (shown: Shown) => string
  readonly align: Align
  readonly role: Role
  /** Where rows differ in it. */
  readonly roleOf?: (row: Row) => Role
  readonly widthMin: number
  /** Where there is room, columns grow to this, the ones kept longest first. */
  readonly widthMax: number
  /** Columns with the largest go first where a terminal is narrow; 0 always stays. */
  readonly dropOrder: number
  /** It is there only while countries and AS are shown. */
  readonly isWhereabouts?: true
  /** It shows by its length or height what numbers beside it say. */
  readonly isBar?: true
  /** It is there only where values are shown in full, or where it is chosen. */
  readonly isExtra?: true
  /** In a tree the branches stand in front of it. */
  readonly isName?: true
  /** The value in at most `width` cells, if it knows how to shorten itself; else any width. */
  readonly text: (row: Row, width: number, shown: Shown) => string
}

/** Of a column of remote ends: names are DNS's, which says what it likes. */
export const remoteTitle =
  (title: string) =>
  ({ nameOf }: Shown): string =>
    nameOf ? `${title} (DNS)` : title

/** Of a column of countries or AS: they are of the day of a database. */
export const registeredTitle =
  (title: string) =>
  ({ registeredOn }: Shown): string =>
    registeredOn === undefined ? title : `${title} (${registeredOn})`

export interface FittedColumn<Row> extends Column<Row> {
  readonly width: number
}

/** The columns that a table of `width` cells has room for, one space between them, in their own order. */
export function fitColumns<Row>(
  columns: readonly Column<Row>[],
  width: number,
): readonly FittedColumn<Row>[] {
  const byImportance = [...columns].sort((a, b) => a.dropOrder - b.dropOrder)
  const widths = new Map<Column<Row>, number>()
  let left = width + 1
  for (const column of byImportance) {
    if (column.widthMin + 1 > left) break
    left -= column.widthMin + 1
    widths.set(column, column.widthMin)
  }
  for (const column of byImportance) {
    const now = widths.get(column)
    if (now === undefined) break
    const more = Math.min(left, column.widthMax - now)
    widths.set(column, now + more)
    left -= more
  }
  return columns.flatMap((column) => {
    const fitted = widths.get(column)
    return fitted === undefined ? [] : [{ ...column, width: fitted }]
  })
}
