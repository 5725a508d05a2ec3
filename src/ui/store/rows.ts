import type { FlowRecord } from '../../model/flow.ts'
import { groupValue, type GroupField, type GroupTotals } from '../../query/totals.ts'
import type { Rates } from './rates.ts'

/** A flow on the screen. */
export interface FlowRow extends Rates {
  readonly id: number
  readonly flow: FlowRecord
  readonly process: string
  readonly user: string
}

/** A group on the screen; its id is its key. */
export interface GroupRow extends Rates {
  readonly id: string
  readonly totals: GroupTotals
  readonly process: string
  readonly user: string
  /** Part of the host's bytes, 0 to 1. */
  readonly share: number
}

/** What the second table groups by, in the order of a group's key. */
export const groupedBy = ['process', 'user'] as const satisfies readonly GroupField[]

export const groupId = (totals: GroupTotals): string => totals.key.join('\0')

export function flowRow(flow: FlowRecord, rates: Rates): FlowRow {
  return {
    id: flow.id,
    flow,
    process: groupValue(flow, 'process'),
    user: groupValue(flow, 'user'),
    txRate: rates.txRate,
    rxRate: rates.rxRate,
  }
}

export function groupRow(totals: GroupTotals, rates: Rates, allBytes: number): GroupRow {
  const [process = '', user = ''] = totals.key
  const bytes = totals.txBytes + totals.rxBytes
  return {
    id: groupId(totals),
    totals,
    process,
    user,
    share: allBytes === 0 ? 0 : bytes / allBytes,
    txRate: rates.txRate,
    rxRate: rates.rxRate,
  }
}

/** The user's name; '-' where the process column says <kernel> or <unknown> and the user could only repeat it. */
export const userText = ({ process, user }: Pick<FlowRow, 'process' | 'user'>): string =>
  user === process && user.startsWith('<') ? '-' : user

export const hasEnded = (flow: FlowRecord): boolean => flow.endReason !== 'open'
