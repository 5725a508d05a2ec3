import type { MonitorSettings } from '../settings.ts'
import type { MonitorStore } from './monitor-store.ts'

type Chosen = Pick<MonitorStore, 'unit' | 'columns' | 'names' | 'whereabouts'>

/** Takes on what the user has chosen for good. */
export function takeChoices(store: Chosen, settings: MonitorSettings): void {
  const { rates, columns, names, whereabouts } = settings
  store.unit = rates ?? store.unit
  store.columns.all = columns ?? {}
  store.names.set(names ?? 'off')
  store.whereabouts.set(whereabouts ?? 'off')
}

/** What of it is so now. */
export const choicesOf = ({ unit, columns, names, whereabouts }: Chosen): MonitorSettings => ({
  rates: unit,
  columns: columns.all,
  names: names.setting,
  whereabouts: whereabouts.setting,
})
