import { actorOf, type FlowRecord } from '../../model/flow.ts'
import { accountOf } from '../../model/owner.ts'
import { groupId, type GroupTotals } from '../../query/totals.ts'
import type { HostOfMany } from '../../query/hosts-of-many.ts'
import type { GroupValue } from '../../query/group-name.ts'
import type { Rates } from './rates.ts'
import type { Scope } from './navigation.ts'
import { groupNames } from './group-names.ts'
import { membersOfGroup } from './group-members.ts'
import { namesHosts, type GroupView } from './views.ts'

/** A flow on the screen. */
export interface FlowRow extends Rates {
  readonly id: number
  readonly flow: FlowRecord
  /** Whose flow it is, where many are watched. */
  readonly host: string | undefined
  readonly process: string
  readonly user: string
}

/** A group on the screen, or in a tree of groups a flow of one. */
export interface GroupRow extends Rates {
  /** Its key; of what is part of another row, that row's id before it. */
  readonly id: string
  /** What it is one of. */
  readonly one: string
  readonly totals: GroupTotals
  /** Where it is a flow. */
  readonly flow: FlowRow | undefined
  /** Whether it can be unfolded, and is. */
  readonly fold: 'none' | 'closed' | 'open'
  /** What it is made of, where it is unfolded. */
  readonly parts: readonly GroupRow[] | undefined
  /** The groups to enter for its flows, the outermost first; none where nothing can tell them from others. */
  readonly scopes: () => readonly Scope[]
  /** One a column that names it. */
  readonly names: readonly string[]
  /** Part of the bytes of all groups, 0 to 1. */
  readonly share: number
  /** Of one of many hosts. */
  readonly hostState: HostOfMany | undefined
}

export const rowId = ({ key }: GroupTotals): string => groupId(key)

export function flowRow(flow: FlowRecord, rates: Rates, host?: string): FlowRow {
  const actor = actorOf(flow)
  const isProcess = actor.kind === 'process'
  return {
    id: flow.id,
    flow,
    host,
    process: isProcess ? actor.process : `<${actor.kind}>`,
    user: accountOf(actor)?.user ?? '-',
    txRate: rates.txRate,
    rxRate: rates.rxRate,
    history: rates.history,
    rtts: rates.rtts,
  }
}

interface GroupRowContext {
  readonly rates: Rates
  readonly allBytes: number
  readonly hosts: readonly HostOfMany[] | undefined
}

export function groupRow(
  totals: GroupTotals,
  view: GroupView,
  { rates, allBytes, hosts }: GroupRowContext,
): GroupRow {
  const bytes = totals.txBytes + totals.rxBytes
  const hostState = namesHosts(view) ? hosts?.find(({ host }) => host === totals.key[0]) : undefined
  // What it last said is shown, but nothing is known of now.
  const known = isSilent(hostState) ? undefined : rates
  return {
    id: rowId(totals),
    one: view.one,
    totals,
    flow: undefined,
    fold: totals.flows > 0 ? 'closed' : 'none',
    parts: undefined,
    scopes: () => scopesOf(view, totals.key, hosts !== undefined),
    names: groupNames(view, totals.key),
    share: allBytes === 0 ? 0 : bytes / allBytes,
    hostState,
    txRate: known?.txRate,
    rxRate: known?.rxRate,
    history: known?.history,
  }
}

/** The one to enter for a group's flows; none where nothing can tell them from others. */
export function scopesOf(
  view: GroupView,
  key: readonly GroupValue[],
  isOfMany: boolean,
): readonly Scope[] {
  const members = membersOfGroup(view, key)
  if (!members) return []
  // The second key of a process in the tree.
  const host = view.isTree && isOfMany ? { host: String(key[1]) } : {}
  return [{ ...members, ...host, crumb: crumbOf(groupNames(view, key)) }]
}

/** A group's names as one. */
export const crumbOf = (names: readonly string[]): string =>
  names.filter((name) => name !== '-').join(' of ')

export const isSilent = (host: HostOfMany | undefined): boolean =>
  host !== undefined && host.state !== 'answered'

/** Nothing was ever heard of it: its zeros are not known to be zeros. */
export const isUnheard = ({ hostState, totals }: Pick<GroupRow, 'hostState' | 'totals'>): boolean =>
  isSilent(hostState) && totals.flows === 0

export const hasEnded = (flow: FlowRecord): boolean => flow.endReason !== 'open'
