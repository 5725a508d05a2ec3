import type { FlowRecord } from '../../model/flow.ts'
import { protocolName } from '../../model/protocol-name.ts'
import { flagNames } from '../../model/vocabulary.ts'
import { asOf, asText, countryOf } from '../../model/whereabouts/known-whereabouts.ts'
import { cellWidth, fitCells } from '../../ui/text/cells.ts'
import { formatDuration, formatQuantity, formatRtt } from '../../ui/text/units.ts'
import type { RecordOrder } from '../../query/words/order-words.ts'
import { endpoint, ofProcess } from '../recording/flow-listing.ts'
import { fittedTable, withinWidth, type FittedColumn } from './fitted-table.ts'
import { localTime, zoneAt } from './local-time.ts'

/** A record and the host that saw it. */
export interface HostRecord {
  readonly host: string
  readonly record: FlowRecord
}

const arrows = { outbound: '→', inbound: '←', unknown: '·' } as const

type RecordColumn = FittedColumn<HostRecord> & {
  /** Cells that mostly do, where the widest one is not known. */
  readonly usual: number
}
const column = (
  title: string,
  usual: number,
  cell: (record: FlowRecord) => string,
  rest: Partial<RecordColumn> = {},
): RecordColumn => ({ title, usual, align: 'left', cell: ({ record }) => cell(record), ...rest })

const right = { align: 'right' } as const
const lasted = (ms: number) => (ms < 10_000 ? `${(ms / 1000).toFixed(1)}s` : formatDuration(ms))
const rttColumn = column('RTT ms', 6, ({ rttUs }) => formatRtt(rttUs) || '-', {
  ...right,
  dropOrder: 4,
})
const lastedColumn = column('LASTED', 7, ({ start, end }) => lasted(end - start), {
  ...right,
  dropOrder: 2,
})

const country = column('COUNTRY', 8, ({ remoteAddress }) => countryOf(remoteAddress) ?? '-')
const as = column('AS', 20, ({ remoteAddress }) => asCell(asOf(remoteAddress)), { widthMin: 12 })
const asCell = (found: ReturnType<typeof asOf>) => (typeof found === 'number' ? asText(found) : '-')
const whereaboutsColumns = [country, as]

const columns: readonly RecordColumn[] = [
  column('PROCESS', 15, (record) => ofProcess(record, 'process'), { widthMin: 8 }),
  column('PID', 7, (record) => ofProcess(record, 'pid'), { ...right, dropOrder: 5 }),
  column('USER', 8, (record) => ofProcess(record, 'user'), { widthMin: 6 }),
  column('PROTO', 5, ({ protocol }) => protocolName(protocol), { dropOrder: 3 }),
  column('LOCAL', 21, (record) => endpoint(record.localAddress, record.localPort), {
    dropOrder: 6,
  }),
  column('', 1, ({ direction }) => arrows[direction]),
  column('REMOTE', 21, (record) => endpoint(record.remoteAddress, record.remotePort)),
  ...whereaboutsColumns,
  column('TX', 5, ({ txBytes }) => formatQuantity(txBytes), right),
  column('RX', 5, ({ rxBytes }) => formatQuantity(rxBytes), right),
  rttColumn,
  lastedColumn,
  column('STATE', 14, endText, { dropOrder: 7 }),
]

/** How it ended, or that it goes on; and what is odd about it. */
function endText({ endReason, flags }: FlowRecord): string {
  const reason = endReason === 'active' || endReason === 'open' ? 'goes on' : endReason
  return [reason === 'end detected' ? 'closed' : reason, ...flagNames(flags)].join(', ')
}

export interface RecordTableOptions {
  readonly width: number
  /** Its column is there, however narrow the terminal. */
  readonly sortedBy: RecordOrder
  readonly withHost: boolean
  /** With country and AS of the remote address. */
  readonly withWhereabouts: boolean
}

const without = (all: readonly RecordColumn[], withWhereabouts: boolean) =>
  withWhereabouts ? all : all.filter((one) => !whereaboutsColumns.includes(one))

const hostColumn: RecordColumn = {
  title: 'HOST',
  usual: 10,
  align: 'left',
  cell: ({ host }) => host,
  widthMin: 8,
}

/** Records as a table, narrow terminals with fewer columns. */
export function recordTable(
  records: readonly HostRecord[],
  { width, sortedBy, withHost, withWhereabouts }: RecordTableOptions,
): string {
  const [first, last] = [records[0]?.record.end ?? 0, records.at(-1)?.record.end ?? 0]
  const isOneDay = localTime(first).slice(0, 10) === localTime(last).slice(0, 10)
  return fittedTable(
    [
      timeColumn(last, isOneDay ? 11 : 5),
      ...(withHost ? [hostColumn] : []),
      ...without(columnsSortedBy(sortedBy), withWhereabouts),
    ],
    records,
    width,
  )
}

/** Orders whose column is not always there, or not at all. */
const sortColumns: Partial<Record<RecordOrder, RecordColumn>> = {
  rtt: rttColumn,
  duration: lastedColumn,
  packets: column(
    'PACKETS',
    7,
    ({ txPackets, rxPackets }) => formatQuantity(txPackets + rxPackets),
    right,
  ),
  retransmits: column('RETRANS', 7, ({ retransmits }) => formatQuantity(retransmits), right),
}

function columnsSortedBy(order: RecordOrder): readonly RecordColumn[] {
  const wanted = sortColumns[order]
  if (!wanted) return columns
  const kept = { ...wanted, dropOrder: 0 }
  return columns.includes(wanted)
    ? columns.map((one) => (one === wanted ? kept : one))
    : [...columns.slice(0, -1), kept, columns.at(-1)!]
}

/** The time of a record's end from that character on. */
const timeColumn = (zoneOf: number, from: number): RecordColumn =>
  column(`ENDED (${zoneAt(zoneOf)})`, 9, ({ end }) => localTime(end).slice(from))

/** Records line by line, before it is known how wide they are: what is wider moves the rest of its line. */
export function recordLines({
  width,
  withHost,
  withWhereabouts,
}: Omit<RecordTableOptions, 'sortedBy'>) {
  const all = [
    timeColumn(Date.now(), 11),
    ...(withHost ? [hostColumn] : []),
    ...without(columns, withWhereabouts),
  ]
  const kept = withinWidth(all, width, ({ usual }) => usual)
  const lineOf = (cells: (column: RecordColumn) => string) =>
    `${kept
      .map((one) =>
        cellWidth(cells(one)) > one.usual ? cells(one) : fitCells(cells(one), one.usual, one.align),
      )
      .join('  ')
      .trimEnd()}\n`
  return {
    head: () => lineOf(({ title }) => title),
    line: (one: HostRecord) => lineOf(({ cell }) => cell(one)),
  }
}
