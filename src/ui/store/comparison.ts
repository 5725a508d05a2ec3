import type { Interfaces } from '../../model/host-interface.ts'
import type { TimeRange } from '../../query/question.ts'
import type { Answer } from '../../query/session.ts'
import { groupId, type GroupTotals } from '../../query/totals.ts'
import { groupNames, groupsOfView } from './group-names.ts'
import type { GroupView } from './views.ts'

export type Change = 'new' | 'gone' | 'grown' | 'shrunk' | 'same'

/** A group in two windows. */
export interface ComparedGroup {
  readonly names: readonly string[]
  /** Bytes either way together. */
  readonly before: number
  readonly after: number
  readonly change: Change
}

/** Two windows beside each other. */
export interface Comparison {
  readonly view: GroupView
  readonly before: TimeRange
  readonly after: TimeRange
  /** Those that changed most first. */
  readonly groups: readonly ComparedGroup[]
  /** Why either may be short of the truth. */
  readonly missing: readonly string[]
}

/** What is new, gone, grown and shrunk from one window to the other. */
export function compared(
  view: GroupView,
  before: Answer,
  after: Answer,
  interfaces?: Interfaces,
): Comparison {
  const groupsOf = ({ rows, coverage }: Answer): ReadonlyMap<string, GroupTotals> => {
    if (rows.kind !== 'totals') return new Map()
    const isOfMany = coverage.hosts !== undefined
    const groups = groupsOfView(view, rows.groups, { interfaces, isOfMany })
    return new Map(groups.map((group) => [groupId(group.key), group]))
  }
  const [old, now] = [groupsOf(before), groupsOf(after)]
  const groups = [...new Set([...old.keys(), ...now.keys()])].map((id) => {
    const [was, is] = [old.get(id), now.get(id)]
    const key = (is ?? was)?.key ?? []
    const bytes = { before: bytesOf(was), after: bytesOf(is) }
    return { names: groupNames(view, key), ...bytes, change: changeOf(was, is) }
  })
  const size = ({ before, after }: ComparedGroup) => Math.abs(after - before)
  const missing = (answer: Answer) => answer.coverage.past?.missing ?? []
  return {
    view,
    before: rangeOf(before),
    after: rangeOf(after),
    groups: groups.toSorted((a, b) => size(b) - size(a)),
    missing: [
      ...missing(before).map((text) => `before: ${text}`),
      ...missing(after).map((text) => `after: ${text}`),
    ],
  }
}

const rangeOf = ({ coverage: { from, to } }: Answer): TimeRange => ({ from, to })
const bytesOf = (group: GroupTotals | undefined) => (group ? group.txBytes + group.rxBytes : 0)

function changeOf(was: GroupTotals | undefined, is: GroupTotals | undefined): Change {
  if (!was) return 'new'
  if (!is) return 'gone'
  const grown = bytesOf(is) - bytesOf(was)
  return grown > 0 ? 'grown' : grown < 0 ? 'shrunk' : 'same'
}
