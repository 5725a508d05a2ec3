import type { FlowRecord } from '../../model/flow.ts'
import { protocolName } from '../../model/protocol-name.ts'
import { flagNames } from '../../model/vocabulary.ts'
import { formatDuration, formatQuantity, formatRtt } from '../../ui/text/units.ts'
import { endpoint, ofProcess } from '../flow-listing.ts'
import { fittedTable, type FittedColumn } from './fitted-table.ts'
import { localTime, zoneAt } from './local-time.ts'

/** A record and the host that saw it. */
export interface HostRecord {
  readonly host: string
  readonly record: FlowRecord
}

const arrows = { outbound: '→', inbound: '←', unknown: '·' } as const

type RecordColumn = FittedColumn<HostRecord>
const column = (
  title: string,
  cell: (record: FlowRecord) => string,
  rest: Partial<RecordColumn> = {},
): RecordColumn => ({ title, align: 'left', cell: ({ record }) => cell(record), ...rest })

const columns: readonly RecordColumn[] = [
  column('PROCESS', (record) => ofProcess(record, 'process'), { widthMin: 8 }),
  column('PID', (record) => ofProcess(record, 'pid'), { align: 'right', dropOrder: 5 }),
  column('USER', (record) => ofProcess(record, 'user'), { widthMin: 6 }),
  column('PROTO', ({ protocol }) => protocolName(protocol), { dropOrder: 3 }),
  column('LOCAL', (record) => endpoint(record.localAddress, record.localPort), { dropOrder: 6 }),
  column('', ({ direction }) => arrows[direction]),
  column('REMOTE', (record) => endpoint(record.remoteAddress, record.remotePort)),
  column('TX', ({ txBytes }) => formatQuantity(txBytes), { align: 'right' }),
  column('RX', ({ rxBytes }) => formatQuantity(rxBytes), { align: 'right' }),
  column('RTT ms', ({ rttUs }) => formatRtt(rttUs) || '-', { align: 'right', dropOrder: 4 }),
  column('LASTED', ({ start, end }) => lasted(end - start), { align: 'right', dropOrder: 2 }),
  column('STATE', endText, { dropOrder: 7 }),
]

const lasted = (ms: number) => (ms < 10_000 ? `${(ms / 1000).toFixed(1)}s` : formatDuration(ms))

/** How it ended, or that it goes on; and what is odd about it. */
function endText({ endReason, flags }: FlowRecord): string {
  const reason = endReason === 'active' || endReason === 'open' ? 'goes on' : endReason
  return [reason === 'end detected' ? 'closed' : reason, ...flagNames(flags)].join(', ')
}

export interface RecordTableOptions {
  readonly width: number
  readonly withHost: boolean
}

/** Records as a table, narrow terminals with fewer columns. */
export function recordTable(
  records: readonly HostRecord[],
  { width, withHost }: RecordTableOptions,
): string {
  const [first, last] = [records[0]?.record.end ?? 0, records.at(-1)?.record.end ?? 0]
  const isOneDay = localTime(first).slice(0, 10) === localTime(last).slice(0, 10)
  const time = column(`ENDED (${zoneAt(last)})`, ({ end }) =>
    localTime(end).slice(isOneDay ? 11 : 5),
  )
  const host: RecordColumn = { title: 'HOST', align: 'left', cell: (one) => one.host, widthMin: 8 }
  return fittedTable([time, ...(withHost ? [host] : []), ...columns], records, width)
}
