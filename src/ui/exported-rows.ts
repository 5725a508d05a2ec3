import type { FlowRecord } from '../model/flow.ts'
import type { Coverage } from '../query/session.ts'
import type { GroupKey } from '../query/question.ts'
import type { GroupTotals } from '../query/totals.ts'
import type { MonitorStore } from './store/monitor-store.ts'
import type { FlowRow, GroupRow } from './store/rows.ts'
import { keyNamesOf, keysOfGroups } from './store/group-names.ts'
import type { TableView } from './store/table-view.ts'
import type { TreeRow } from './store/tree-order.ts'
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

/** The tagged rows, else those in sight and those that are scrolled out; undefined before there are any. */
export function exportedRows(store: MonitorStore): ExportedRows | undefined {
  const { coverage, flows, groups, shown, view, isOfMany } = store
  if (!coverage) return undefined
  if (view === 'flows') return flowsFor(taggedOf(flows), { coverage, isOfMany })
  const groupView = groupViewOf(view)
  const [by, names] = [keysOfGroups(groupView), keyNamesOf(groupView)]
  const tagged = groups.tags.size > 0 ? taggedOf(groups) : undefined
  const parts = tagged?.flatMap(({ flow }) => flow ?? []) ?? []
  if (parts.length > 0) return flowsFor(parts, { coverage, isOfMany })
  const whole = tagged
    ? shown.groups.filter((row) => tagged.some(({ id }) => id === row.id))
    : shown.groups
  return { kind: 'groups', coverage, by, names, groups: inOrder(whole, groups.rows) }
}

/** A sentence where rows are tagged of which not all would be in one file, whose rows are of one kind. */
export function whyNotExported({ view, groups, shown }: MonitorStore): string | undefined {
  const tagged = view === 'flows' || groups.tags.size === 0 ? [] : taggedOf(groups)
  const ids = new Set(shown.groups.map(({ id }) => id))
  const kindOf = ({ id, flow }: GroupRow) => (flow ? 'flow' : ids.has(id) ? 'group' : 'part')
  const kinds = new Set(tagged.map(kindOf))
  return kinds.has('part') || kinds.size > 1
    ? 'a file has rows of one kind: tag groups of this view alone, or flows alone'
    : undefined
}

function flowsFor(
  rows: readonly FlowRow[],
  { coverage, isOfMany }: { readonly coverage: Coverage; readonly isOfMany: boolean },
): ExportedRows {
  const hosts = isOfMany ? rows.map(({ host }) => host ?? '') : undefined
  return { kind: 'flows', coverage, flows: rows.map(({ flow }) => flow), hosts }
}

/** The tagged rows; all where none is. */
const taggedOf = <Row extends TreeRow<Row>>({ rows, tags }: TableView<Row>): readonly Row[] =>
  tags.size === 0 ? rows : rows.filter(({ id }) => tags.has(id))

/** Each group once and by itself, also where the table shows it with its parts, or folded into another. */
function inOrder(groups: readonly GroupRow[], rows: readonly GroupRow[]): readonly GroupTotals[] {
  const places = new Map(rows.map(({ id }, place) => [id, place]))
  const placeOf = ({ id }: GroupRow) => places.get(id) ?? places.size
  return groups.toSorted((a, b) => placeOf(a) - placeOf(b)).map(({ totals }) => totals)
}

/** A name for their file. */
export function exportName({ coverage, view, table }: MonitorStore): string {
  const at = new Date(coverage?.to ?? 0).toISOString()
  return `e2etop-${view}-${table.tags.size > 0 ? 'tagged-' : ''}${at.replace(/[-:]|\.\d+/g, '')}.csv`
}
