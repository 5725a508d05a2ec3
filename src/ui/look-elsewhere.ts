import { hostTime, type HostTime } from '../model/quantity.ts'
import { formatFilter } from '../query/filter/format-filter.ts'
import { parseFilter } from '../query/filter/parse-filter.ts'
import type { Session } from '../query/session.ts'
import type { MonitorStore } from './store/monitor-store.ts'
import { groupViews } from './store/views.ts'

const weekMs = 7 * 86_400_000

/**
 * Shows who in the fleet has the flows of a filter, now and in the last week, whatever was filtered and entered before.
 * Resolves once the week has been read. Throws where the session is of one host.
 */
export async function lookElsewhere(
  session: Session,
  store: MonitorStore,
  { text, now }: { readonly text: string; readonly now: HostTime },
): Promise<void> {
  if (!store.isOfMany)
    throw new Error(
      `this monitor is of one host; \`e2etop -H @all\` asks many, \`e2etop top -H @all --by host,process,user --since 7d\` too`,
    )
  const parsed = parseFilter(text)
  if (!parsed.ok) return
  const { filter } = parsed
  const what = formatFilter(filter)
  store.pivot({ crumb: what, filter }, 'places')
  const found = { what, recorded: undefined }
  store.elsewhere = found
  const { by } = groupViews.places
  const range = { from: hostTime(now - weekMs), to: now }
  const recorded = await session.ask({ kind: 'totals', by, where: filter, range })
  // The user may look for something else by now.
  if (store.elsewhere === found) store.elsewhere = { what, recorded }
}
