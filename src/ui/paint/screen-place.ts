import type { MonitorStore } from '../store/monitor-store.ts'
import type { ViewName } from '../store/views.ts'
import type { SlotId } from '../terminal/screen.ts'
import type { HostTime } from '../../model/quantity.ts'
import { timelineAt } from './timeline.ts'
import { tabAt, type TabLine } from './tabs.ts'
import { withTable } from './table-columns.ts'

/** What a click can mean. */
export type ScreenPlace =
  | { readonly kind: 'row'; readonly line: number }
  | { readonly kind: 'heading'; readonly column: string }
  | { readonly kind: 'tab'; readonly view: ViewName }
  | { readonly kind: 'time'; readonly moment: HostTime }

interface SlotPlace {
  readonly id: SlotId
  readonly line: number
  readonly column: number
}

/** What is shown at a place of a slot; undefined where a click means nothing. */
export function placeAt(
  { id, line, column }: SlotPlace,
  store: MonitorStore,
  tabs: TabLine,
): ScreenPlace | undefined {
  switch (id) {
    case 'body':
      return { kind: 'row', line }
    case 'columns': {
      const name = headingAt(store, tabs.columns, column)
      return name === undefined ? undefined : { kind: 'heading', column: name }
    }
    case 'tabs': {
      const view = tabAt(store, tabs, column)
      return view === undefined ? undefined : { kind: 'tab', view }
    }
    case 'timeline': {
      const moment = timelineAt(store, column)
      return moment === undefined ? undefined : { kind: 'time', moment }
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
