import { formatAddress } from '../model/address.ts'
import { actorOf, type FlowRecord } from '../model/flow.ts'
import { protocolName } from '../model/protocol-name.ts'
import { flagNames } from '../model/vocabulary.ts'
import type { Answer } from '../query/session.ts'
import { cellWidth, fitCells, type Align } from '../ui/text/cells.ts'

interface Column {
  readonly title: string
  readonly align: Align
  readonly cell: (flow: FlowRecord) => string
}

const endpoint = (address: Uint8Array, port: number) => {
  const ip = formatAddress(address)
  if (port === 0) return ip
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`
}
const ofProcess = (flow: FlowRecord, key: 'process' | 'user' | 'pid'): string => {
  const actor = actorOf(flow)
  if (actor.kind === 'process') return String(actor[key])
  return key === 'pid' ? '-' : `<${actor.kind}>`
}

const columns: readonly Column[] = [
  { title: 'PROCESS', align: 'left', cell: (flow) => ofProcess(flow, 'process') },
  { title: 'PID', align: 'right', cell: (flow) => ofProcess(flow, 'pid') },
  { title: 'USER', align: 'left', cell: (flow) => ofProcess(flow, 'user') },
  { title: 'PROTO', align: 'left', cell: (flow) => protocolName(flow.protocol) },
  { title: 'DIRECTION', align: 'left', cell: (flow) => flow.direction },
  { title: 'LOCAL', align: 'left', cell: (flow) => endpoint(flow.localAddress, flow.localPort) },
  { title: 'REMOTE', align: 'left', cell: (flow) => endpoint(flow.remoteAddress, flow.remotePort) },
  { title: 'TX BYTES', align: 'right', cell: (flow) => String(flow.txBytes) },
  { title: 'RX BYTES', align: 'right', cell: (flow) => String(flow.rxBytes) },
  { title: 'STATE', align: 'left', cell: (flow) => flow.state },
  { title: 'FLAGS', align: 'left', cell: (flow) => flagNames(flow.flags).join(',') },
]

/** Flows as an aligned table, most bytes first; byte counts exact, for eyes and for awk. */
export function flowTable({ rows }: Answer): string {
  const flows = rows.kind === 'flows' ? rows.flows : []
  const sorted = flows.toSorted((a, b) => b.txBytes + b.rxBytes - a.txBytes - a.rxBytes)
  const cells = sorted.map((flow) => columns.map((column) => column.cell(flow)))
  const widths = columns.map(({ title }, i) =>
    Math.max(title.length, ...cells.map((row) => cellWidth(row[i]!))),
  )
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => fitCells(cell, widths[i]!, columns[i]!.align))
      .join('  ')
      .trimEnd()
  return [columns.map(({ title }) => title), ...cells].map((row) => `${line(row)}\n`).join('')
}
