import { actorOf, type FlowRecord } from '../../model/flow.ts'
import { accountOf } from '../../model/owner.ts'
import { groupId, type GroupTotals } from '../../query/totals.ts'
import type { HostOfMany } from '../../query/hosts-of-many.ts'
import type { Rates } from './rates.ts'
import { groupNames, namesHosts, type GroupView } from './views.ts'

/** A flow on the screen. */
export interface FlowRow extends Rates {
  readonly id: number
  readonly flow: FlowRecord
  /** Whose flow it is, where many are watched. */
  readonly host: string | undefined
  readonly process: string
  readonly user: string
}

/** A group on the screen; its id is its key. */
export interface GroupRow extends Rates {
  readonly id: string
  readonly totals: GroupTotals
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
    totals,
    names: groupNames(view, totals.key),
    share: allBytes === 0 ? 0 : bytes / allBytes,
    hostState,
    txRate: known?.txRate,
    rxRate: known?.rxRate,
    history: known?.history,
  }
}

export const isSilent = (host: HostOfMany | undefined): boolean =>
  host !== undefined && host.state !== 'answered'

export const hasEnded = (flow: FlowRecord): boolean => flow.endReason !== 'open'
