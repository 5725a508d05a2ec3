import { hostTime, type HostTime } from '../model/quantity.ts'
import type { Session } from '../query/session.ts'
import { compared } from './store/comparison.ts'
import type { MonitorStore } from './store/monitor-store.ts'

/**
 * The window that is shown, or the last whole one, with that of another moment, else with the one before it: groups of
 * the view in sight, within its filter, are put in the store. Rejects where nothing is recorded.
 */
export async function compareWindows(
  session: Session,
  store: MonitorStore,
  { now, moment }: { readonly now: HostTime; readonly moment: HostTime | undefined },
): Promise<void> {
  const { time, groupView: view, which } = store
  const shown = time.range ?? time.windowAt(hostTime(now - time.length))
  const other = time.windowAt(moment ?? hostTime(shown.from - time.length))
  const [first, second] = other.from < shown.from ? [other, shown] : [shown, other]
  const ask = (range: typeof shown) => session.ask({ kind: 'totals', by: view.by, ...which, range })
  const [before, after] = await Promise.all([ask(first), ask(second)])
  store.comparison = compared(view, before, after, store.shown.interfaces)
}
