import type { MonitorStore } from './monitor-store.ts'

/** The view as it was at first: now, all flows, in its own order and columns, nothing selected, frozen or paused. */
export function resetView(store: MonitorStore): void {
  store.pages.close()
  while (store.place.scopes.length > 0) store.back()
  store.filter.clear()
  store.time.goLive()
  store.columns.choose(store.view, [])
  store.tables.resetFolds()
  const { table } = store
  table.sortBy(table.sortNames[0] ?? '')
  table.deselect()
  table.retag((tags) => tags.clear())
  store.wide = undefined
  if (store.paused) store.togglePause()
}
