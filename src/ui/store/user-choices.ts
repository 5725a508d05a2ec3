import type { MonitorSettings } from '../settings.ts'
import type { MonitorStore } from './monitor-store.ts'

type Chosen = Pick<MonitorStore, 'unit' | 'columns' | 'names'>

/** Takes on what the user has chosen for good. */
export function takeChoices(store: Chosen, { rates, columns, names }: MonitorSettings): void {
  store.unit = rates ?? store.unit
  store.columns.all = columns ?? {}
  store.names.set(names ?? 'off')
}

/** What of it is so now. */
export const choicesOf = ({ unit, columns, names }: Chosen): MonitorSettings => ({
  rates: unit,
  columns: columns.all,
  names: names.setting,
})
