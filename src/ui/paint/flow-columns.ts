import { formatAddress } from '../../model/address.ts'
import { actorOf, flowFlag, type Direction, type FlowRecord } from '../../model/flow.ts'
import { protocolName } from '../../model/protocol-name.ts'
import { hasEnded, type FlowRow } from '../store/rows.ts'
import { truncateCells, truncateStart } from '../text/cells.ts'
import { formatRtt } from '../text/units.ts'
import { flowExtras } from './flow-extras.ts'
import { remoteTitle, type Column, type Shown } from './columns.ts'
import { trafficColumns } from './traffic-columns.ts'
import { whereaboutsColumns } from './whereabouts-columns.ts'

export const directionSigns: Record<Direction, string> = {
  outbound: '→',
  inbound: '←',
  unknown: '·',
}

/** What the signs in front of rows mean, for the help screen. */
export const flowSigns: readonly (readonly [sign: string, meaning: string])[] = [
  ['×', 'has ended'],
  ['+ -', 'can be unfolded; is unfolded'],
  ['◇', "tunnel's carrier"],
  ['→', 'opened by this host'],
  ['←', 'accepted by this host'],
  ['·', 'not known who opened it'],
  ['≥', 'at least: some is missing'],
]

export const flowColumns: readonly Column<FlowRow>[] = [
  {
    name: 'sign',
    title: () => '',
    align: 'left',
    role: 'dim',
    widthMin: 1,
    widthMax: 1,
    dropOrder: 0,
    text: ({ flow }) => flowSign(flow),
  },
  {
    name: 'process',
    title: () => 'PROCESS',
    align: 'left',
    role: 'process',
    widthMin: 12,
    widthMax: 16,
    dropOrder: 0,
    text: (row) => row.process,
  },
  {
    name: 'pid',
    title: () => 'PID',
    align: 'right',
    role: 'dim',
    widthMin: 7,
    widthMax: 7,
    dropOrder: 8,
    text: ({ flow }) => pidText(flow),
  },
  {
    name: 'user',
    title: () => 'USER',
    align: 'left',
    role: 'user',
    widthMin: 8,
    widthMax: 12,
    dropOrder: 0,
    text: ({ user }) => user,
  },
  {
    name: 'protocol',
    title: () => 'PROT',
    align: 'left',
    role: 'dim',
    widthMin: 4,
    widthMax: 5,
    dropOrder: 7,
    // The names that are longer than four letters are known by four.
    text: ({ flow }, width) => protocolName(flow.protocol).slice(0, width),
  },
  {
    name: 'local_ip',
    title: () => 'LOCAL',
    align: 'left',
    role: 'dim',
    widthMin: 21,
    widthMax: 47,
    dropOrder: 12,
    text: ({ flow }, width) => endpointText(flow.localAddress, flow.localPort, width),
  },
  {
    name: 'direction',
    title: () => '',
    align: 'left',
    role: 'dim',
    widthMin: 1,
    widthMax: 1,
    dropOrder: 6,
    text: ({ flow }) => directionSigns[flow.direction],
  },
  {
    name: 'remote_ip',
    title: remoteTitle('REMOTE'),
    align: 'left',
    role: 'remote',
    widthMin: 21,
    widthMax: 47,
    dropOrder: 1,
    text: ({ flow }, width, { nameOf }) => remoteText(flow, width, nameOf),
  },
  ...whereaboutsColumns<FlowRow>(({ flow }) => flow.remoteAddress),
  ...trafficColumns<FlowRow>({ bytesOf: ({ flow }) => flow, widthMax: 7, dropOrder: 2 }),
  {
    name: 'rtt_us',
    title: () => 'RTT ms',
    align: 'right',
    role: 'dim',
    widthMin: 6,
    widthMax: 7,
    dropOrder: 11,
    text: ({ flow }) => formatRtt(flow.rttUs),
  },
  {
    name: 'state',
    title: () => 'STATE',
    align: 'left',
    role: 'dim',
    widthMin: 11,
    widthMax: 12,
    dropOrder: 10,
    text: ({ flow }) => stateText(flow),
  },
  ...flowExtras,
]

/** The other end, by its name where there is one. */
export function remoteText(
  { remoteAddress, remotePort }: FlowRecord,
  width: number,
  nameOf: Shown['nameOf'],
): string {
  const name = nameOf?.(formatAddress(remoteAddress))
  return name === undefined
    ? endpointText(remoteAddress, remotePort, width)
    : namedEndText(name, remotePort, width)
}

/** What is not as usual of a flow. */
export const flowSign = (flow: FlowRecord): string =>
  hasEnded(flow) ? '×' : flow.flags & flowFlag.carrier ? '◇' : ' '

function pidText(flow: FlowRecord): string {
  const actor = actorOf(flow)
  return actor.kind === 'process' ? String(actor.pid) : '-'
}

/** address:port; a long IPv6 address loses its end before the port goes. */
export function endpointText(address: Uint8Array, port: number, width: number): string {
  const ip = formatAddress(address)
  if (port === 0) return ip
  const [before, after] = ip.includes(':') ? ['[', `]:${port}`] : ['', `:${port}`]
  return before + truncateCells(ip, width - before.length - after.length) + after
}

/** name:port; of a long name the end says more: whose it is. */
function namedEndText(name: string, port: number, width: number): string {
  const after = port === 0 ? '' : `:${port}`
  return truncateStart(name, width - after.length) + after
}

export function stateText({ endReason, state }: FlowRecord): string {
  switch (endReason) {
    case 'open':
    // The recorder's own timer writes a record and the flow goes on.
    case 'active':
      return state === 'none' ? '' : state
    case 'idle':
      return 'idle'
    case 'end detected':
      return 'closed'
    case 'forced':
      return 'forced end'
    case 'lack of resources':
      return 'lost sight'
  }
}
