import type { FlowRecord } from '../model/flow.ts'
import type { Coverage } from '../query/session.ts'
import type { GroupKey } from '../query/question.ts'
import type { GroupTotals } from '../query/totals.ts'
import type { MonitorStore } from './store/monitor-store.ts'
import type { GroupRow } from './store/rows.ts'
import { keyNamesOf, keysOfGroups } from './store/group-names.ts'
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
      /** Of the values of a group's key. */
      readonly names: readonly string[]
      readonly groups: readonly GroupTotals[]
    }

/** The rows in sight and those that are scrolled out; undefined before there are any. */
export function exportedRows({
  coverage,
  flows,
  groups,
  shown,
  view,
  isOfMany,
}: MonitorStore): ExportedRows | undefined {
  if (!coverage) return undefined
  if (view === 'flows') {
    const { rows } = flows
    const hosts = isOfMany ? rows.map(({ host }) => host ?? '') : undefined
    return { kind: 'flows', coverage, flows: rows.map(({ flow }) => flow), hosts }
  }
  const groupView = groupViewOf(view)
  const [by, names] = [keysOfGroups(groupView), keyNamesOf(groupView)]
  return { kind: 'groups', coverage, by, names, groups: inOrder(shown.groups, groups.rows) }
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
