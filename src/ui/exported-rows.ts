import type { FlowRecord } from '../model/flow.ts'
import type { Coverage } from '../query/session.ts'
import type { GroupKey } from '../query/question.ts'
import type { GroupTotals } from '../query/totals.ts'
import type { MonitorStore } from './store/monitor-store.ts'
import { groupViewOf } from './store/views.ts'

/** What a view shows, in its order, for a file. */
export type ExportedRows =
  | {
      readonly kind: 'flows'
      readonly coverage: Coverage
      readonly flows: readonly FlowRecord[]
      /** Whose each of them is, of many hosts. */
      readonly hosts: readonly string[] | undefined
    }
  | {
      readonly kind: 'groups'
      readonly coverage: Coverage
      readonly by: readonly GroupKey[]
      readonly groups: readonly GroupTotals[]
    }

/** The rows in sight and those that are scrolled out; undefined before there are any. */
export function exportedRows({
  coverage,
  flows,
  groups,
  view,
  isOfMany,
}: MonitorStore): ExportedRows | undefined {
  if (!coverage) return undefined
  if (view === 'flows') {
    const { rows } = flows
    const hosts = isOfMany ? rows.map(({ host }) => host ?? '') : undefined
    return { kind: 'flows', coverage, flows: rows.map(({ flow }) => flow), hosts }
  }
  const { by } = groupViewOf(view)
  return { kind: 'groups', coverage, by, groups: groups.rows.map(({ totals }) => totals) }
}

/** A name for their file. */
export function exportName({ coverage, view }: MonitorStore): string {
  const at = new Date(coverage?.to ?? 0).toISOString()
  return `e2etop-${view}-${at.replace(/[-:]|\.\d+/g, '')}.csv`
}
