import type { MonitorSettings } from '../settings.ts'
import type { MonitorStore } from './monitor-store.ts'

type Chosen = Pick<MonitorStore, 'unit' | 'columns' | 'names' | 'whereabouts' | 'hasGraph'>

/** Takes on what the user has chosen for good. */
export function takeChoices(store: Chosen, settings: MonitorSettings): void {
  const { rates, columns, names, whereabouts, graph } = settings
  store.unit = rates ?? store.unit
  store.columns.all = columns ?? {}
  store.hasGraph = graph !== 'off'
  store.names.set(names ?? 'off')
  store.whereabouts.set(whereabouts ?? 'off')
}

/** What of it is so now. */
export const choicesOf = (chosen: Chosen): MonitorSettings => ({
  rates: chosen.unit,
  columns: chosen.columns.all,
  names: chosen.names.setting,
  whereabouts: chosen.whereabouts.setting,
  graph: chosen.hasGraph ? 'on' : 'off',
})
