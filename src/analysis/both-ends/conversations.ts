import { formatAddress } from '../../model/address.ts'
import { communityId } from '../../model/community-id.ts'
import { actorOf, type FlowRecord } from '../../model/flow.ts'
import type { Owner } from '../../model/owner.ts'
import { hostTime, type HostTime } from '../../model/quantity.ts'

/** What one host saw of a conversation: the sum of its records. */
export interface ConversationEnd {
  readonly host: string
  readonly owner: Owner
  readonly address: string
  readonly port: number
  readonly direction: FlowRecord['direction']
  readonly txBytes: number
  readonly rxBytes: number
  /** Its last record says that the flow goes on. */
  readonly isOpen: boolean
}

/** One flow, of whose ends one or both were heard. */
export interface Conversation {
  readonly communityId: string
  readonly protocol: number
  readonly start: HostTime
  readonly end: HostTime
  /** One or two; the one that opened the flow first, where it is known. */
  readonly ends: readonly ConversationEnd[]
  /** Of an end that was not heard. */
  readonly unheard: { readonly address: string; readonly port: number } | undefined
  /** What the two ends count differently, both ways together: undefined where only one was heard. */
  readonly difference: number | undefined
  /** How much they may: `difference` past it is one of them missing something. */
  readonly tolerated: number
}

interface HostRecord {
  readonly host: string
  readonly record: FlowRecord
}

/** Silence that ends a flow (90 s), and what clocks may still be off after they were compared. */
const sameFlowMs = 92_000
/** The FIN counts at one end, and a window of bytes is on its way while a flow is open. */
const closedTolerance = 8
const openTolerance = 256 * 1024
/** Datagrams may be lost on their way. */
const udpProtocol = 17
const udpToleratedPart = 0.04

/**
 * Joins the records of many hosts to conversations: those of one Community ID whose times touch. A key that a third end
 * claims (an address that several hosts have) is not joined, because nobody can tell who spoke to whom.
 */
export function conversations(records: readonly HostRecord[]): readonly Conversation[] {
  const byKey = new Map<string, HostRecord[]>()
  for (const one of records) {
    const key = communityId(one.record)
    const known = byKey.get(key)
    if (known) known.push(one)
    else byKey.set(key, [one])
  }
  return [...byKey].flatMap(([key, of]) =>
    episodes(of).flatMap((episode) => conversationsOf(key, episode)),
  )
}

/** Records whose times touch: an export timer cuts a flow, and a port is used again. */
function episodes(records: readonly HostRecord[]): readonly HostRecord[][] {
  const found: HostRecord[][] = []
  let until = -Infinity
  for (const one of records.toSorted((a, b) => a.record.start - b.record.start)) {
    const { start, end } = one.record
    if (start > until + sameFlowMs) found.push([])
    found.at(-1)!.push(one)
    until = Math.max(until, end)
  }
  return found
}

const endKey = ({ host, record }: HostRecord) =>
  `${host} ${formatAddress(record.localAddress)} ${record.localPort}`

function conversationsOf(key: string, episode: readonly HostRecord[]): readonly Conversation[] {
  const ends = new Map<string, HostRecord[]>()
  for (const one of episode) ends.set(endKey(one), [...(ends.get(endKey(one)) ?? []), one])
  const all = [...ends.values()]
  const [first, second] = all
  if (all.length !== 2 || !isOpposite(first![0]!.record, second![0]!.record))
    return all.map((one) => conversationOf(key, [one]))
  return [conversationOf(key, all)]
}

const isOpposite = (a: FlowRecord, b: FlowRecord): boolean =>
  formatAddress(a.localAddress) === formatAddress(b.remoteAddress) && a.localPort === b.remotePort

function conversationOf(key: string, of: readonly (readonly HostRecord[])[]): Conversation {
  const { record } = of[0]![0]!
  const records = of.flat().map((one) => one.record)
  const ends = of.map(endOf).sort((a, b) => opened(b) - opened(a))
  const [one, other] = ends
  return {
    communityId: key,
    protocol: record.protocol,
    start: hostTime(Math.min(...records.map(({ start }) => start))),
    end: hostTime(Math.max(...records.map(({ end }) => end))),
    ends,
    unheard: other
      ? undefined
      : { address: formatAddress(record.remoteAddress), port: record.remotePort },
    difference:
      one && other
        ? Math.abs(one.txBytes - other.rxBytes) + Math.abs(one.rxBytes - other.txBytes)
        : undefined,
    tolerated: toleranceOf(record.protocol, ends),
  }
}

function toleranceOf(protocol: number, ends: readonly ConversationEnd[]): number {
  if (ends.some(({ isOpen }) => isOpen)) return openTolerance
  if (protocol !== udpProtocol) return closedTolerance
  const most = Math.max(...ends.map(({ txBytes, rxBytes }) => txBytes + rxBytes))
  return Math.max(closedTolerance, Math.ceil(udpToleratedPart * most))
}

const opened = ({ direction }: ConversationEnd) =>
  direction === 'outbound' ? 1 : direction === 'inbound' ? -1 : 0

function endOf(records: readonly HostRecord[]): ConversationEnd {
  const { host, record } = records.at(-1)!
  const sum = (of: (record: FlowRecord) => number) =>
    records.reduce((all, one) => all + of(one.record), 0)
  return {
    host,
    owner: actorOf(record),
    address: formatAddress(record.localAddress),
    port: record.localPort,
    direction: record.direction,
    txBytes: sum(({ txBytes }) => txBytes),
    rxBytes: sum(({ rxBytes }) => rxBytes),
    isOpen: record.endReason === 'open' || record.endReason === 'active',
  }
}
