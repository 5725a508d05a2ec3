import { formatAddress } from '../../model/address.ts'
import type { MonitorStore } from '../store/monitor-store.ts'
import { shownOf, withTable } from './table-columns.ts'

/** Cells in which no column cuts its value. */
const anyWidth = 1000

/**
 * What is copied of the selected row: its remote address or the group's name, or the whole row as it is shown, with tabs
 * between its columns. Undefined where no row is selected.
 */
export function copiedText(
  store: MonitorStore,
  what: 'name' | 'row',
  width: number,
): string | undefined {
  if (what === 'row')
    return withTable(store, width, ({ table, columns }) => {
      const row = table.selected
      return (
        row &&
        columns
          .map((one) => one.text(row, anyWidth, shownOf(store)).trim())
          .join('\t')
          .trim()
      )
    })
  if (store.view !== 'flows')
    return store.groups.selected?.names.filter((name) => name !== '-').join(' of ')
  const flow = store.flows.selected?.flow
  return flow && formatAddress(flow.remoteAddress)
}
