import { groupViewNames, groupViewOf, type ViewName } from '../store/views.ts'
import type { GroupRow } from '../store/rows.ts'
import type { Column } from './columns.ts'
import { flowColumns } from './flow-columns.ts'
import { groupColumns } from './group-columns.ts'

/** Columns of each table of groups. */
export const columnsOfGroups: ReadonlyMap<ViewName, readonly Column<GroupRow>[]> = new Map(
  groupViewNames.map((name) => [name, groupColumns(groupViewOf(name))]),
)

/** Columns that a view can show, but for the sign in front, which is always there. */
export function columnNames(view: ViewName): readonly string[] {
  const columns = view === 'flows' ? flowColumns : columnsOfGroups.get(view)!
  return columns.map(({ name }) => name).filter((name) => name !== 'sign')
}

/** The columns of these names in their order, with the sign in front; all where none are chosen. */
export function chosenColumns<Row>(
  columns: readonly Column<Row>[],
  names: readonly string[] | undefined,
): readonly Column<Row>[] {
  if (!names) return columns
  return ['sign', ...names].flatMap((name) => columns.find((column) => column.name === name) ?? [])
}
