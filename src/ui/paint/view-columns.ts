import { otherEndsAmong } from '../store/other-ends.ts'
import { groupViewNames, groupViewOf, type ViewName } from '../store/views.ts'
import type { FlowRow, GroupRow } from '../store/rows.ts'
import type { Column } from './columns.ts'
import { flowColumns } from './flow-columns.ts'
import { groupColumns } from './group-columns.ts'
import { otherEndColumn } from './other-end.ts'

/** Columns of each table of groups. */
export const columnsOfGroups: ReadonlyMap<ViewName, readonly Column<GroupRow>[]> = new Map(
  groupViewNames.map((name) => [name, groupColumns(groupViewOf(name))]),
)

const hostColumn: Column<FlowRow> = {
  name: 'host',
  title: () => 'HOST',
  align: 'left',
  role: 'text',
  widthMin: 6,
  widthMax: 16,
  dropOrder: 0,
  text: ({ host }) => host ?? '-',
}
const [signColumn, ...otherColumns] = flowColumns
const remoteAt = otherColumns.findIndex(({ name }) => name === 'remote_ip') + 1
const columnsOfMany = (rows: readonly FlowRow[]) => [
  signColumn!,
  hostColumn,
  ...otherColumns.toSpliced(remoteAt, 0, otherEndColumn(rows)),
]

/** Columns of flows; where many hosts are watched they say whose each flow is, and who is at the other end. */
export function columnsOfFlows(rows: readonly FlowRow[]): readonly Column<FlowRow>[] {
  if (rows[0]?.host === undefined) return flowColumns
  const columns = columnsOfMany(rows)
  return otherEndsAmong(rows).hasAny ? columns : columns.filter(({ name }) => name !== 'other_end')
}

/** Columns that a view can show, but for the sign in front, which is always there. */
export function columnNames(view: ViewName): readonly string[] {
  const columns = view === 'flows' ? columnsOfMany([]) : columnsOfGroups.get(view)!
  return columns.map(({ name }) => name).filter((name) => name !== 'sign')
}

/** The columns of these names in their order, with the sign in front; where none are chosen the usual ones, or all. */
export function chosenColumns<Row>(
  columns: readonly Column<Row>[],
  names: readonly string[] | undefined,
  isWide: boolean,
): readonly Column<Row>[] {
  if (!names) return columns.filter(({ isExtra }) => isWide || !isExtra)
  return ['sign', ...names].flatMap((name) => columns.find((column) => column.name === name) ?? [])
}
