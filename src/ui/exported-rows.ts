import type { FlowRecord } from '../model/flow.ts'
import type { Coverage } from '../query/session.ts'
import type { GroupTotals } from '../query/totals.ts'
import type { MonitorStore } from './store/monitor-store.ts'
import type { GroupRow } from './store/rows.ts'
import { keyNamesOf } from './store/group-names.ts'
import { groupViewOf } from './store/views.ts'

/** What a view shows, in its order, for a file. */
export type ExportedRows =
  | {
      readonly kind: 'flows'
      readonly coverage: Coverage
      readonly flows: readonly FlowRecord[]
    }
  | {
      readonly kind: 'groups'
      readonly coverage: Coverage
      /** Names of the values of a group's key. */
      readonly by: readonly string[]
      readonly groups: readonly GroupTotals[]
    }

/** The rows in sight and those that are scrolled out; undefined before there are any. */
export function exportedRows({
  coverage,
  flows,
  groups,
  shown,
  view,
}: MonitorStore): ExportedRows | undefined {
  if (!coverage) return undefined
  if (view === 'flows')
    return { kind: 'flows', coverage, flows: flows.rows.map(({ flow }) => flow) }
  const by = keyNamesOf(groupViewOf(view))
  return { kind: 'groups', coverage, by, groups: inOrder(shown.groups, groups.rows) }
}

/** Each group once and by itself, also where the table shows it with its parts, or folded into another. */
function inOrder(groups: readonly GroupRow[], rows: readonly GroupRow[]): readonly GroupTotals[] {
  const places = new Map(rows.map(({ id }, place) => [id, place]))
  const placeOf = ({ id }: GroupRow) => places.get(id) ?? places.size
  return groups.toSorted((a, b) => placeOf(a) - placeOf(b)).map(({ totals }) => totals)
}

/** A name for their file. */
export function exportName({ coverage, view }: MonitorStore): string {
  const at = new Date(coverage?.to ?? 0).toISOString()
  return `e2etop-${view}-${at.replace(/[-:]|\.\d+/g, '')}.csv`
}
