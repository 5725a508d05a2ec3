import type { MonitorSettings } from '../settings.ts'
import type { MonitorStore } from './monitor-store.ts'

type Chosen = Pick<MonitorStore, 'unit' | 'columns' | 'names' | 'hasGraph'>

/** Takes on what the user has chosen for good. */
export function takeChoices(
  store: Chosen,
  { rates, columns, names, graph }: MonitorSettings,
): void {
  store.unit = rates ?? store.unit
  store.columns.all = columns ?? {}
  store.hasGraph = graph !== 'off'
  store.names.set(names ?? 'off')
}

/** What of it is so now. */
export const choicesOf = ({ unit, columns, names, hasGraph }: Chosen): MonitorSettings => ({
  rates: unit,
  columns: columns.all,
  names: names.setting,
  graph: hasGraph ? 'on' : 'off',
})
