import { actorOf, type FlowRecord } from '../../model/flow.ts'
import { accountOf } from '../../model/owner.ts'
import { protocolName } from '../../model/protocol-name.ts'
import { formatAddress } from '../../model/address.ts'
import { vocabulary } from '../../model/vocabulary.ts'
import { formatFilter } from '../../query/filter/format-filter.ts'
import type { HostOfMany } from '../../query/hosts-of-many.ts'
import type { KeyTable } from '../keys/key-table.ts'
import type { NameOf } from '../remote-names.ts'
import type { MonitorStore } from '../store/monitor-store.ts'
import { askedWithin } from '../store/navigation.ts'
import { crumbOf, type FlowRow, type GroupRow } from '../store/rows.ts'
import type { Paint } from '../theme/theme.ts'
import { directionSigns, endpointText } from './flow-columns.ts'
import { stateText } from './host-columns.ts'
import { paintLine, segment, type Segment } from './line.ts'

/** A place that never cuts an address. */
const anyWidth = 1000

/** The selected row in full, whatever its columns have room for: of a flow who and where to, of a group its name and filter. */
export function paintRowLine(
  { table, names }: MonitorStore,
  { keys, columns }: { readonly keys: KeyTable; readonly columns: number },
  paint: Paint,
): string {
  const { selected } = table
  if (!selected) return ''
  const flow = 'names' in selected ? selected.flow : selected
  const parts = flow ? flowParts(flow, names.nameOf) : groupParts(selected as GroupRow)
  const more = [segment('key', `  ${keys.labelOf('row.detail')}`), segment('dim', ' all ')]
  return paintLine([segment('crumb', ' ▸ '), ...parts], more, columns, paint)
}

function flowParts({ flow, host, process }: FlowRow, nameOf: NameOf | undefined): Segment[] {
  const actor = actorOf(flow)
  const user = accountOf(actor)?.user
  const pid = actor.kind === 'process' ? ` ${actor.pid}` : ''
  const name = nameOf?.(formatAddress(flow.remoteAddress))
  return [
    segment('process', `${host === undefined ? '' : `${host} `}${process}${pid}`),
    segment('text', `${user ? ` of ${user}` : ''}  ${endsOf(flow)}`),
    ...(name === undefined ? [] : [segment('text', ` ${name}`)]),
    ...[vocabulary.exe(flow), vocabulary.container(flow), vocabulary.cgroup(flow)].flatMap(
      (text) => (text ? [segment('dim', `  ${text}`)] : []),
    ),
  ]
}

/** How a host is in full: its column cuts why it is silent. */
const hostParts = (name: string, host: HostOfMany): Segment[] => [
  segment('process', name),
  segment('text', `  ${stateText(host)}`),
  ...(host.version === undefined ? [] : [segment('dim', `  e2etop ${host.version}`)]),
  ...(host.source === undefined ? [] : [segment('dim', `  ${host.source}`)]),
]

const endsOf = (flow: FlowRecord): string =>
  [
    protocolName(flow.protocol),
    endpointText(flow.localAddress, flow.localPort, anyWidth),
    directionSigns[flow.direction],
    endpointText(flow.remoteAddress, flow.remotePort, anyWidth),
  ].join(' ')

function groupParts(row: GroupRow): Segment[] {
  if (row.hostState && row.names.length === 1) return hostParts(row.names[0]!, row.hostState)
  const where = askedWithin(undefined, row.scopes()).where
  return [
    segment('process', crumbOf(row.names)),
    ...(where ? [segment('dim', `   filter: ${formatFilter(where)}`)] : []),
  ]
}
