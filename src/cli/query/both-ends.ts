import {
  conversations,
  type Conversation,
  type ConversationEnd,
} from '../../analysis/both-ends/conversations.ts'
import { recordsAt } from '../../model/flow-block.ts'
import { limits } from '../../model/limits.ts'
import { protocolName } from '../../model/protocol-name.ts'
import { isoTime } from '../../model/vocabulary.ts'
import type { RecordQuestion } from '../../query/asking.ts'
import { formatQuantity } from '../../ui/text/units.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { jsonLine } from './answer-json.ts'
import { answering, type Answering } from './answering.ts'
import { localTime, zoneAt } from './local-time.ts'
import { askedBasics, askedNumber } from './asked-question.ts'
import { fittedTable, type FittedColumn } from './fitted-table.ts'
import { finish, RecordEnds } from './record-ends.ts'
import type { HostRecord } from './record-table.ts'

const usualNumber = 20

/** `e2etop flows --both-ends`: a flow between two of the hosts is one row, with both of its owners. */
export function bothEnds(request: Arguments): Promise<number> {
  const { options } = request
  return answering(request, (at) => {
    const { where, range, budget } = askedBasics(options, at)
    const question: RecordQuestion = { ...(where && { where }), range, budget }
    return async (given) => {
      if (options.has('whereabouts'))
        throw new UsageError('--whereabouts does not go with --both-ends')
      if (given.format === 'csv') throw new UsageError('--both-ends gives a table or json')
      const most = askedNumber(options, given.format === 'table' ? usualNumber : Infinity)
      return give(question, most, given)
    }
  })
}

async function give(question: RecordQuestion, most: number, given: Answering): Promise<number> {
  const ends = new RecordEnds()
  const records: HostRecord[] = []
  // So many of each host at most are held; the largest, so that those that are missing are small.
  const asked = { ...question, best: { by: 'bytes', most: limits.recordsShown } } as const
  for await (const piece of given.asking.records(asked, given.options)) {
    if (piece.kind === 'end') ends.coverage.push(piece.coverage)
    else if (piece.kind === 'silent') ends.silent.push(piece.silent)
    else
      for (const record of recordsAt(piece.columns, piece.rows))
        records.push({ host: piece.host, record })
  }
  ends.records = records.length
  const found = conversations(records)
    .toSorted((a, b) => bytesOf(b) - bytesOf(a))
    .slice(0, most)
  if (given.format === 'table') given.print(tableOf(found, given.width))
  else for (const one of found) await given.printed(jsonOf(one))
  return finish(question, ends, given)
}

const bytesOf = ({ ends }: Conversation) =>
  Math.max(...ends.map(({ txBytes, rxBytes }) => txBytes + rxBytes))

const endText = ({ host, owner }: ConversationEnd): string =>
  owner.kind === 'process' ? `${owner.user} ${owner.process} @${host}` : `<${owner.kind}> @${host}`

const column = (
  title: string,
  cell: (one: Conversation) => string,
  rest: Partial<FittedColumn<Conversation>> = {},
): FittedColumn<Conversation> => ({ title, align: 'left', cell, ...rest })
const right = { align: 'right' } as const

function tableOf(found: readonly Conversation[], width: number): string {
  const ended = (one: Conversation | undefined) => one?.end ?? 0
  const days = new Set(found.map((one) => localTime(ended(one)).slice(0, 10)))
  const from = days.size === 1 ? 11 : 5
  const zone = zoneAt(ended(found[0]))
  const time = column(`ENDED (${zone})`, (one) => localTime(ended(one)).slice(from))
  return fittedTable([time, ...columns], found, width)
}

const columns: readonly FittedColumn<Conversation>[] = [
  column('FROM', ({ ends }) => endText(ends[0]!), { widthMin: 16 }),
  column('TO', ({ ends, unheard }) => (ends[1] ? endText(ends[1]) : (unheard?.address ?? '-')), {
    widthMin: 16,
  }),
  column('PROTO', ({ protocol }) => protocolName(protocol), { dropOrder: 1 }),
  column('PORT', ({ ends, unheard }) => String(ends[1]?.port ?? unheard?.port ?? ''), right),
  column('BYTES →', ({ ends }) => formatQuantity(ends[0]!.txBytes), right),
  column('BYTES ←', ({ ends }) => formatQuantity(ends[0]!.rxBytes), right),
  column('ENDS', agreement),
]

/** Whether both ends count alike, as far as they can. */
function agreement({ difference, tolerated }: Conversation): string {
  if (difference === undefined) return 'one heard'
  return difference <= tolerated
    ? 'agree'
    : `differ by ${formatQuantity(difference)}, may by ${formatQuantity(tolerated)}`
}

function jsonOf(one: Conversation): string {
  const { communityId, protocol, start, end, ends, unheard, difference, tolerated } = one
  return jsonLine({
    type: 'conversation',
    community_id: communityId,
    protocol: protocolName(protocol),
    start: isoTime(start),
    end: isoTime(end),
    ends: ends.map(({ host, owner, address, port, direction, txBytes, rxBytes }) => ({
      host,
      process: owner.kind === 'process' ? owner.process : null,
      pid: owner.kind === 'process' ? owner.pid : null,
      user: owner.kind === 'process' ? owner.user : null,
      ip: address,
      port,
      direction,
      tx_bytes: txBytes,
      rx_bytes: rxBytes,
    })),
    unheard: unheard ? { ip: unheard.address, port: unheard.port } : null,
    difference: difference ?? null,
    tolerated: difference === undefined ? null : tolerated,
    agree: difference === undefined ? null : difference <= tolerated,
  })
}
