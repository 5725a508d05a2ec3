import type { WhereaboutsTold } from '../../query/whereabouts.ts'
import type { MonitorStore } from '../store/monitor-store.ts'
import { hasEnded, type FlowRow, type GroupRow } from '../store/rows.ts'
import type { TableView } from '../store/table-view.ts'
import { fitColumns, type Column, type FittedColumn, type Shown } from './columns.ts'
import { withReasons } from './host-columns.ts'
import { withHostNames } from './marked-hosts.ts'
import type { TreeRow } from '../store/tree-order.ts'
import { cellsInFull, fitWide } from './wide-columns.ts'
import { chosenColumns, columnsOfFlows, columnsOfGroups } from './view-columns.ts'

/** The table of a view with the columns that fit. */
export interface FittedTable<Row extends { readonly id: number | string }> {
  readonly table: TableView<Row>
  readonly columns: readonly FittedColumn<Row>[]
  readonly isOver: (row: Row) => boolean
}

/** Hands the table in sight to `use`, whichever kind of rows it is of. */
export function withTable<Result>(
  store: MonitorStore,
  width: number,
  use: <Row extends { readonly id: number | string }>(table: FittedTable<Row>) => Result,
): Result {
  const hosts = store.coverage?.hosts
  const isShown = store.whereabouts.of !== undefined
  const { wide, view } = store
  const fitted = <Row extends TreeRow<Row>>(all: readonly Column<Row>[], table: TableView<Row>) => {
    const chosen = chosenColumns(
      all.filter(({ isWhereabouts }) => isShown || !isWhereabouts),
      store.columns.of(view),
      wide !== undefined,
    )
    if (!wide) return fitColumns(chosen, width)
    const shown = shownOf(store)
    return fitWide(chosen, width, (column) =>
      wide.widest(`${view} ${column.name}`, cellsInFull(column, table.inSight, shown)),
    )
  }
  if (store.view === 'flows')
    return use<FlowRow>({
      table: store.flows,
      columns: fitted(
        withHostNames(columnsOfFlows(store.shown.flows), hosts, ({ host }) => host),
        store.flows,
      ),
      isOver: ({ flow }) => hasEnded(flow),
    })
  const all = withReasons(columnsOfGroups.get(store.view)!, hosts, width)
  return use<GroupRow>({
    table: store.groups,
    columns: fitted(
      withHostNames(all, hosts, ({ names }) => names[0]),
      store.groups,
    ),
    isOver: ({ totals }) => totals.openFlows === 0,
  })
}

export const shownOf = ({ unit, names, whereabouts, coverage }: MonitorStore): Shown => ({
  unit,
  nameOf: names.nameOf,
  whereaboutsOf: whereabouts.of,
  registeredOn: registeredOn([...(coverage?.whereabouts ?? []), ...whereabouts.told]),
})

/** The day of the one database that all are of. */
function registeredOn(told: readonly WhereaboutsTold[]): string | undefined {
  const dates = new Set(told.flatMap((one) => (one.kind === 'known' ? [one.date] : [])))
  return dates.size === 1 ? [...dates][0] : undefined
}
