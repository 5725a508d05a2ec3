import { formatAddress } from '../../model/address.ts'
import { actorOf, type FlowRecord } from '../../model/flow.ts'
import { accountOf } from '../../model/owner.ts'
import { protocolName } from '../../model/protocol-name.ts'
import { flagNames } from '../../model/vocabulary.ts'
import type { Answer } from '../../query/session.ts'
import { alignedTable, type Column } from '../aligned-table.ts'

/** Address and port as one word; without the port where there is none. */
export const endpoint = (address: Uint8Array, port: number) => {
  const ip = formatAddress(address)
  if (port === 0) return ip
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`
}
/** What is known of whose traffic it is; `<kernel>` and `<unknown>` where no process owns it. */
export const ofProcess = (flow: FlowRecord, key: 'process' | 'user' | 'pid'): string => {
  const actor = actorOf(flow)
  if (actor.kind === 'process') return String(actor[key])
  if (key === 'pid') return '-'
  const user = key === 'user' ? accountOf(actor)?.user : undefined
  return user ?? `<${actor.kind}>`
}

const columns: readonly Column<FlowRecord>[] = [
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
  return alignedTable(columns, sorted)
}
