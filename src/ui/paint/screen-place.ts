import type { MonitorStore } from '../store/monitor-store.ts'
import type { ViewName } from '../store/views.ts'
import type { SlotId } from '../terminal/screen.ts'
import { tabAt } from './summary.ts'
import { withTable } from './table-columns.ts'

/** What a click can mean. */
export type ScreenPlace =
  | { readonly kind: 'row'; readonly line: number }
  | { readonly kind: 'heading'; readonly column: string }
  | { readonly kind: 'tab'; readonly view: ViewName }

interface SlotPlace {
  readonly id: SlotId
  readonly line: number
  readonly column: number
}

/** What is shown at a place of a slot; undefined where a click means nothing. */
export function placeAt(
  { id, line, column }: SlotPlace,
  store: MonitorStore,
  columns: number,
): ScreenPlace | undefined {
  switch (id) {
    case 'body':
      return { kind: 'row', line }
    case 'columns': {
      const name = headingAt(store, columns, column)
      return name === undefined ? undefined : { kind: 'heading', column: name }
    }
    case 'tabs': {
      const view = tabAt(store, columns, column)
      return view === undefined ? undefined : { kind: 'tab', view }
    }
    default:
      return undefined
  }
}

/** The column of the table over which the pointer is; the gap before a column is its own. */
function headingAt(store: MonitorStore, width: number, at: number): string | undefined {
  let end = -1
  return withTable(
    store,
    width,
    ({ columns }) => columns.find((column) => at <= (end += column.width + 1))?.name,
  )
}
