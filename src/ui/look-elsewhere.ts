import { hostTime, type HostTime } from '../model/quantity.ts'
import { formatFilter } from '../query/filter/format-filter.ts'
import { parseFilter } from '../query/filter/parse-filter.ts'
import type { Session } from '../query/session.ts'
import type { MonitorStore } from './store/monitor-store.ts'
import { groupViews } from './store/views.ts'

const weekMs = 7 * 86_400_000

/** Where one host is watched. */
export const onlyOneHost = 'One host is watched; `e2etop -H web1,web2` or `-H @group` watches many.'

/**
 * Shows who in the fleet has the flows of a filter, now and in the last week, whatever was filtered and entered before.
 * Resolves once the week has been read.
 */
export async function lookElsewhere(
  session: Session,
  store: MonitorStore,
  { text, now }: { readonly text: string; readonly now: HostTime },
): Promise<void> {
  const parsed = parseFilter(text)
  if (!parsed.ok) return
  const { filter } = parsed
  store.pivot({ crumb: formatFilter(filter), filter }, 'places')
  store.elsewhere = { filter, recorded: undefined }
  await readElsewhere(session, store, now)
}

/** Asks what was recorded of it in the last week, for the first time or again. */
export async function readElsewhere(
  session: Session,
  store: MonitorStore,
  now: HostTime,
): Promise<void> {
  const { elsewhere } = store
  if (!elsewhere) return
  const { filter } = elsewhere
  const { by } = groupViews.places
  const range = { from: hostTime(now - weekMs), to: now }
  const recorded = await session.ask({ kind: 'totals', by, where: filter, range })
  // The user may look for something else by now.
  if (store.elsewhere === elsewhere) store.elsewhere = { filter, recorded }
}
