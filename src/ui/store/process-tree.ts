import { actorOf } from '../../model/flow.ts'
import type { ProcessOwner } from '../../model/owner.ts'
import type { Filter } from '../../query/filter/filter.ts'
import { noTotals, type GroupTotals } from '../../query/totals.ts'
import type { Scope } from './navigation.ts'
import { sumOfHistories } from './rate-history.ts'
import { crumbOf, type FlowRow, type GroupRow } from './rows.ts'
import { flowsByGroup, opened, type Unfolding } from './unfold.ts'
import type { GroupView } from './views.ts'

/** Those are nobody's parent that is worth a row: the kernel's threads and every service are theirs. */
const lastSystemPid = 2

export interface Sight extends Unfolding {
  readonly isOfMany: boolean
}

/**
 * Processes below the one that started each, as far as flows tell of it: a process that has none is not known, but for
 * the parent of several that have. A row is the sum of what is below it, its own flows among them.
 */
export function processTree(
  view: GroupView,
  rows: readonly GroupRow[],
  sight: Sight,
): readonly GroupRow[] {
  const known = processesOf(sight.flows, sight.host)
  const places = new Map<string, GroupRow>()
  for (const row of rows) if (isProcess(row)) places.set(placeOf(row), row)
  const parts = new Map<string, GroupRow[]>()
  const tops: GroupRow[] = []
  for (const row of rows) {
    const parent = isProcess(row) ? parentOf(row, places, known) : undefined
    if (parent === undefined) tops.push(row)
    else parts.set(parent, [...(parts.get(parent) ?? []), row])
  }
  // A parent without flows of its own has a row where it has a name, or several children.
  for (const [place, children] of parts) {
    if (places.has(place)) continue
    const parent = known.get(place)
    if (!parent && children.length < 2) tops.push(...children)
    else tops.push(silentParent(place, parent, children[0]!))
  }
  // Of no use while no process shows its flows.
  let members: ReturnType<typeof flowsByGroup> | undefined
  const membersOf = (row: GroupRow) => {
    members ??= flowsByGroup(view, sight.flows, sight)
    return members.get(row.id)?.flows ?? []
  }
  const build = (row: GroupRow): GroupRow => {
    const children = parts.get(placeOf(row)) ?? []
    const own = (id: string): GroupRow => {
      const self = { ...row, id }
      return sight.folds.isOpen(id, false) && row.totals.flows > 0
        ? opened(self, view, { members: membersOf(row), unfolding: sight })
        : self
    }
    if (!isProcess(row) || children.length === 0) return own(row.id)
    const itself = row.totals.flows > 0 ? [{ ...own(`${row.id}\nitself`), names: itselfNames }] : []
    return sumOf(row, [...itself, ...children.map(build)], sight)
  }
  return tops.map(build)
}

const itselfNames = ['itself', '', '']

const isProcess = ({ totals: { key } }: GroupRow) => key[0] === 'process'
/** Of the keys of the view: owner, host, pid, process, user. */
const placeOf = ({ totals: { key } }: GroupRow) => placeText(String(key[1]), Number(key[2]))
const placeText = (host: string, pid: number) => `${pid} ${host}`

/** What flows say of processes, by their place. */
function processesOf(flows: readonly FlowRow[], host: string): ReadonlyMap<string, ProcessOwner> {
  const found = new Map<string, ProcessOwner>()
  for (const row of flows)
    for (const owner of [row.flow.owner, actorOf(row.flow)])
      if (owner.kind === 'process') found.set(placeText(row.host ?? host, owner.pid), owner)
  return found
}

/** The place of the process that started a row's; undefined where that is not known, or the system's own. */
function parentOf(
  row: GroupRow,
  places: ReadonlyMap<string, GroupRow>,
  known: ReadonlyMap<string, ProcessOwner>,
): string | undefined {
  const host = String(row.totals.key[1])
  const above = (place: string) => {
    const process = known.get(place)
    if (!process || process.parentPid <= lastSystemPid) return undefined
    const parent = placeText(host, process.parentPid)
    // The pid of one that has ended may be another's by now, who has started later than its supposed child.
    const start = known.get(parent)?.start ?? 0
    return start > process.start && process.start > 0 ? undefined : parent
  }
  const first = above(placeOf(row))
  // Where no starts are known, pids that were used again may lead around.
  const passed = new Set<string>()
  for (let place = first; place !== undefined && places.has(place); place = above(place)) {
    if (passed.has(place) || place === placeOf(row)) return undefined
    passed.add(place)
  }
  return first
}

function silentParent(place: string, parent: ProcessOwner | undefined, child: GroupRow): GroupRow {
  const [pid] = place.split(' ')
  const [, host = null] = child.totals.key
  return {
    ...child,
    id: `parent ${place}`,
    totals: noTotals(['process', host, Number(pid)]),
    scopes: () => [],
    names: [parent?.process ?? '<no flows>', pid ?? '', parent?.user ?? '-'],
    share: 0,
    txRate: 0,
    rxRate: 0,
    history: undefined,
  }
}

/** A process with those below it. */
function sumOf(row: GroupRow, parts: readonly GroupRow[], { folds, isOfMany }: Sight): GroupRow {
  const isOpen = folds.isOpen(row.id, true)
  const add = (valueOf: (part: GroupRow) => number) =>
    parts.reduce((sum, part) => sum + valueOf(part), 0)
  const rate = (rateOf: (part: GroupRow) => number | undefined) =>
    parts.some((part) => rateOf(part) === undefined) ? undefined : add((part) => rateOf(part) ?? 0)
  const totals: GroupTotals = {
    key: row.totals.key,
    flows: add((part) => part.totals.flows),
    openFlows: add((part) => part.totals.openFlows),
    txBytes: add((part) => part.totals.txBytes),
    rxBytes: add((part) => part.totals.rxBytes),
    txPackets: add((part) => part.totals.txPackets),
    rxPackets: add((part) => part.totals.rxPackets),
  }
  return {
    ...row,
    totals,
    fold: isOpen ? 'open' : 'closed',
    parts: isOpen ? parts : undefined,
    scopes: () => [familyScope(row, parts, isOfMany)],
    share: add((part) => part.share),
    txRate: rate((part) => part.txRate),
    rxRate: rate((part) => part.rxRate),
    history: sumOfHistories(parts.flatMap((part) => part.history ?? [])),
  }
}

/** The flows of a process and of those below it, by their pids. */
function familyScope(row: GroupRow, parts: readonly GroupRow[], isOfMany: boolean): Scope {
  const filters = parts.flatMap((part) => part.scopes().flatMap(({ filter }) => filter ?? []))
  const [first, ...others] = filters
  const filter: Filter | undefined =
    first && others.length > 0 ? { kind: 'or', parts: filters } : first
  const [, host = null] = row.totals.key
  return {
    crumb: `${crumbOf(row.names)} and below`,
    ...(filter && { filter }),
    ...(isOfMany && { host: String(host) }),
  }
}
