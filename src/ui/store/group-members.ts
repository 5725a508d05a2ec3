import { joined, type Filter } from '../../query/filter/filter.ts'
import { groupFilter } from '../../query/group-filter.ts'
import type { GroupValue } from '../../query/group-name.ts'
import { interfaceFilter, interfaceGroup } from '../../query/interfaces.ts'
import type { GroupKey } from '../../query/question.ts'
import { isOfHosts, isOfOwners, namesHosts, type GroupView } from './views.ts'

/** Which flows are in a group: those of a filter, of one of many hosts, or both. */
export interface GroupMembers {
  readonly filter?: Filter
  readonly host?: string
}

/** Undefined where nothing can tell. */
export function membersOfGroup(
  view: GroupView,
  key: readonly GroupValue[],
): GroupMembers | undefined {
  if (isOfHosts(view)) return { host: String(key[0]) }
  const host = view.isByInterface
    ? interfaceGroup(key).host
    : namesHosts(view)
      ? String(key[0])
      : null
  const filter = view.isByInterface ? interfaceFilter(key) : filterOfGroup(view, key)
  return filter && { filter, ...(host !== null && { host }) }
}

function filterOfGroup(view: GroupView, key: readonly GroupValue[]): Filter | undefined {
  // A host is no filter's.
  const first = namesHosts(view) ? 1 : 0
  if (!isOfOwners(view)) return allOf(view.by.slice(first), key.slice(first))
  const [kind = null] = key
  if (kind === null) return undefined
  // The host of a process in the tree is no filter's. Of what is no process the account alone may be known.
  const places = view.by.flatMap((one, i) => {
    if (one.kind !== 'field' || one.field === 'host' || one.field === 'owner') return []
    return kind === 'process' || one.field === 'user' ? [i] : []
  })
  // Without a container, say, are also the flows of what is no process.
  const isProcess = kind === 'process' && places.every((i) => (key[i] ?? null) !== null)
  const all = isProcess ? places : [0, ...places]
  return allOf(
    all.map((i) => view.by[i]!),
    all.map((i) => key[i] ?? null),
  )
}

function allOf(by: readonly GroupKey[], key: readonly GroupValue[]): Filter | undefined {
  let all: Filter | undefined
  for (const [i, one] of by.entries()) {
    const filter = groupFilter(one, key[i] ?? null)
    if (!filter) return undefined
    all = all ? joined('and', all, filter) : filter
  }
  return all
}
