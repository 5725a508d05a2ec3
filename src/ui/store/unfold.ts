import { flowFlag, type FlowRecord } from '../../model/flow.ts'
import type { GroupValue } from '../../query/group-name.ts'
import { groupValue } from '../../query/group-value.ts'
import { groupId, noTotals, Totals, type GroupTotals } from '../../query/totals.ts'
import type { Folds } from './folds.ts'
import { sumOfHistories } from './rate-history.ts'
import type { Rates } from './rates.ts'
import { hasEnded, scopesOf, type FlowRow, type GroupRow } from './rows.ts'
import { groupNames } from './group-names.ts'
import { groupViewOf, type GroupView } from './views.ts'

/** Of what groups are unfolded, and how. */
export interface Unfolding {
  readonly flows: readonly FlowRow[]
  /** The one host, where not many are watched. */
  readonly host: string
  readonly folds: Folds
  /** The groups of a view, of those by its keys. */
  readonly groupsOf: (view: GroupView, groups: readonly GroupTotals[]) => readonly GroupTotals[]
  /** Some flows are in totals and no longer in the list. */
  readonly hasLetGo: boolean
}

/** The rows of a view, those that are unfolded with what they are made of: groups within them, and at last flows. */
export function unfold(
  view: GroupView,
  rows: readonly GroupRow[],
  unfolding: Unfolding,
): readonly GroupRow[] {
  const open = rows.filter((row) => isOpen(row, unfolding))
  if (open.length === 0) return rows
  const members = flowsByGroup(view, unfolding.flows, unfolding)
  return rows.map((row) =>
    isOpen(row, unfolding)
      ? opened(row, view, { members: members.get(row.id)?.flows ?? [], unfolding })
      : row,
  )
}

const isOpen = (row: GroupRow, { folds }: Unfolding): boolean =>
  row.fold !== 'none' && folds.isOpen(row.id, false)

interface Within {
  readonly members: readonly FlowRow[]
  readonly unfolding: Unfolding
}

/** A group with its parts; its members may be fewer than are in its totals. */
export function opened(row: GroupRow, view: GroupView, { members, unfolding }: Within): GroupRow {
  const parts = partsOf(row, view, { members, unfolding })
  return { ...row, fold: 'open', parts: [...parts, ...restOf(row, members, unfolding)] }
}

function partsOf(row: GroupRow, view: GroupView, { members, unfolding }: Within): GroupRow[] {
  if (view.within === undefined) return members.map((flow) => flowPart(row, flow))
  const next = groupViewOf(view.within)
  return [...flowsByGroup(next, members, unfolding)].map(([id, { key, flows }]) => {
    const part = groupPart(row, { view: next, id, key, flows })
    return isOpen(part, unfolding) ? opened(part, next, { members: flows, unfolding }) : part
  })
}

const idWithin = (row: GroupRow, id: string) => `${row.id}\n${id}`
const isCounted = ({ flow }: FlowRow) => (flow.flags & flowFlag.carrier) === 0

interface Part {
  readonly view: GroupView
  readonly id: string
  readonly key: readonly GroupValue[]
  readonly flows: readonly FlowRow[]
}

function groupPart(row: GroupRow, { view, id, key, flows }: Part): GroupRow {
  const totals = totalsOf(key, flows)
  return {
    ...sumOfRates(flows),
    id: idWithin(row, id),
    one: view.one,
    totals,
    flow: undefined,
    fold: 'closed',
    parts: undefined,
    scopes: () => [...row.scopes(), ...scopesOf(view, key, false)],
    names: groupNames(view, key),
    share: shareOf(totals, row),
    hostState: undefined,
  }
}

/** As in all totals, tunnel carriers are not counted. */
export function totalsOf(key: readonly GroupValue[], flows: readonly FlowRow[]): GroupTotals {
  const totals = new Totals([])
  for (const { flow } of flows) totals.add(flow)
  return { ...(totals.groups()[0] ?? noTotals([])), key }
}

/** The same of their rates and courses. */
export function sumOfRates(flows: readonly FlowRow[]): Rates {
  const counted = flows.filter(isCounted)
  // Of many hosts some may be silent, which their rows say.
  const known = counted.filter(({ host, txRate }) => host === undefined || txRate !== undefined)
  const none = known.length === 0 && counted.length > 0 ? undefined : 0
  const sum = (rateOf: (row: FlowRow) => number | undefined) =>
    known.reduce<number | undefined>((total, row) => {
      const rate = rateOf(row)
      return total === undefined || rate === undefined ? undefined : total + rate
    }, none)
  const history = sumOfHistories(counted.flatMap((row) => row.history ?? []))
  return { txRate: sum((row) => row.txRate), rxRate: sum((row) => row.rxRate), history }
}

/** Bytes of all groups are known by a group's own bytes and its share of them. */
function shareOf(totals: GroupTotals, row: GroupRow): number {
  const whole = bytesOf(row.totals)
  return whole === 0 ? 0 : (row.share * bytesOf(totals)) / whole
}
const bytesOf = ({ txBytes, rxBytes }: GroupTotals) => txBytes + rxBytes

function flowPart(row: GroupRow, flow: FlowRow): GroupRow {
  const { txBytes, rxBytes, txPackets, rxPackets } = flow.flow
  const openFlows = hasEnded(flow.flow) ? 0 : 1
  const totals = { key: [], flows: 1, openFlows, txBytes, rxBytes, txPackets, rxPackets }
  return {
    id: idWithin(row, `flow ${flow.id}`),
    one: 'flow',
    totals,
    flow,
    fold: 'none',
    parts: undefined,
    scopes: row.scopes,
    names: [],
    share: isCounted(flow) ? shareOf(totals, row) : 0,
    hostState: undefined,
    txRate: flow.txRate,
    rxRate: flow.rxRate,
    history: flow.history,
  }
}

/** What of a group's totals is of flows that are no longer in the list: its parts add up to it. */
function restOf(
  row: GroupRow,
  members: readonly FlowRow[],
  { hasLetGo }: Unfolding,
): readonly GroupRow[] {
  const { totals } = row
  const listed = totalsOf(totals.key, members)
  const flows = totals.flows - listed.flows
  if (!hasLetGo || flows <= 0) return []
  const less = (count: (of: GroupTotals) => number) => Math.max(0, count(totals) - count(listed))
  const rest: GroupTotals = {
    key: [],
    flows,
    openFlows: 0,
    txBytes: less((of) => of.txBytes),
    rxBytes: less((of) => of.rxBytes),
    txPackets: less((of) => of.txPackets),
    rxPackets: less((of) => of.rxPackets),
  }
  return [
    {
      id: idWithin(row, 'rest'),
      one: 'flows',
      totals: rest,
      flow: undefined,
      fold: 'none',
      parts: undefined,
      scopes: row.scopes,
      names: ['no longer listed'],
      share: shareOf(rest, row),
      hostState: undefined,
      txRate: undefined,
      rxRate: undefined,
      history: undefined,
    },
  ]
}

interface Group {
  readonly key: readonly GroupValue[]
  readonly flows: FlowRow[]
}

/** Flows by the group of a view in which each is. */
export function flowsByGroup(
  view: GroupView,
  flows: readonly FlowRow[],
  { host, groupsOf }: Pick<Unfolding, 'host' | 'groupsOf'>,
): ReadonlyMap<string, Group> {
  const keys = keysOf(view)
  const byKey = new Map<string, FlowRow[]>()
  for (const row of flows) {
    const key = keys(row.flow, row.host ?? host)
    const known = byKey.get(key)
    if (known) known.push(row)
    else byKey.set(key, [row])
  }
  const groups = new Map<string, Group>()
  for (const [asked, rows] of byKey) {
    const told = noTotals(JSON.parse(asked) as readonly GroupValue[])
    for (const { key } of groupsOf(view, [told])) {
      const id = groupId(key)
      const known = groups.get(id)
      if (known) known.flows.push(...rows)
      else groups.set(id, { key, flows: rows })
    }
  }
  return groups
}

/** Keys of records that stay as they are from answer to answer, as most of 50,000 open flows do. */
const known = new WeakMap<GroupView, WeakMap<FlowRecord, string>>()

function keysOf(view: GroupView): (flow: FlowRecord, host: string) => string {
  const keys = known.get(view) ?? new WeakMap<FlowRecord, string>()
  known.set(view, keys)
  return (flow, host) => {
    const before = keys.get(flow)
    if (before !== undefined) return before
    const key = groupId(view.by.map((one) => groupValue(flow, one, host)))
    keys.set(flow, key)
    return key
  }
}
