import { parseAddress } from '../../model/address.ts'
import { protocolName } from '../../model/protocol-name.ts'
import { isUnheard, type FlowRow, type GroupRow } from '../store/rows.ts'
import { isOfHosts, type GroupView } from '../store/views.ts'
import { bar, formatShare } from '../text/bars.ts'
import { truncateStart } from '../text/cells.ts'
import { formatQuantity } from '../text/units.ts'
import type { Role } from '../theme/theme.ts'
import { cellWidth } from '../text/cells.ts'
import { registeredTitle, remoteTitle, type Column, type Shown } from './columns.ts'
import { directionSigns, flowSign, remoteText } from './flow-columns.ts'
import { hostColumns } from './host-columns.ts'
import { trafficColumns } from './traffic-columns.ts'
import { whereaboutsColumns } from './whereabouts-columns.ts'

const shareBarCells = 7

const remoteHost = 'remote_host'

/** Roles of the columns that name a group, by their names. */
const nameRoles: Readonly<Record<string, Role>> = {
  user: 'user',
  remote_host: 'remote',
  remote_network: 'remote',
  country: 'remote',
  as: 'remote',
  addresses: 'remote',
}

/** Columns of a table of groups. */
export function groupColumns(view: GroupView): readonly Column<GroupRow>[] {
  const names = view.columns.map((column, i): Column<GroupRow> => ({
    name: column.name,
    title: titles[column.name]?.(column.title) ?? (() => column.title),
    align: 'left',
    role: nameRoles[column.name] ?? 'process',
    widthMin: column.widthMin,
    widthMax: column.widthMax,
    dropOrder: 0,
    ...(i === 0 && { isName: true as const }),
    text: ({ names, flow }, width, { nameOf }) => {
      if (flow) return flowText(flow, { isFirst: i === 0, width, nameOf })
      const name = names[i] ?? ''
      const found = column.name === remoteHost ? nameOf?.(name) : undefined
      return found === undefined ? name : truncateStart(found, width)
    },
  }))
  if (isOfHosts(view)) return [sign, ...names, ...hostColumns, ...counts, ...trafficOfHosts, share]
  const besides = isOfRemotes(view) ? remoteWhereabouts : []
  return [sign, ...names, ...besides, ...counts, ...traffic, share]
}

const isOfRemotes = ({ columns }: GroupView) => columns.some(({ name }) => name === remoteHost)

const remoteWhereabouts = whereaboutsColumns<GroupRow>(
  ({ names: [name = ''], flow }) => flow?.flow.remoteAddress ?? parseAddress(name),
)

/** Of columns of which more is to be said. */
const titles: Readonly<Record<string, (title: string) => (shown: Shown) => string>> = {
  [remoteHost]: remoteTitle,
  country: registeredTitle,
  as: registeredTitle,
}

const sign: Column<GroupRow> = {
  name: 'sign',
  title: () => '',
  align: 'left',
  role: 'dim',
  widthMin: 2,
  widthMax: 2,
  dropOrder: 0,
  text: ({ totals, fold, flow }) =>
    foldSigns[fold] + (flow ? flowSign(flow.flow) : totals.openFlows === 0 ? '×' : ' '),
}

const foldSigns: Record<GroupRow['fold'], string> = { none: ' ', closed: '+', open: '-' }

interface FlowCell extends Pick<Shown, 'nameOf'> {
  readonly isFirst: boolean
  readonly width: number
}

/** A flow among groups: its other end, and in the place of their other names its protocol. */
function flowText({ flow, host }: FlowRow, { isFirst, width, nameOf }: FlowCell): string {
  if (!isFirst) return protocolName(flow.protocol)
  const before = `${host === undefined ? '' : `${host} `}${directionSigns[flow.direction]} `
  return before + remoteText(flow, width - cellWidth(before), nameOf)
}

const countText = (row: GroupRow, count: number): string =>
  row.flow ? '' : isUnheard(row) ? '-' : formatQuantity(count)

const counts: readonly Column<GroupRow>[] = [
  {
    name: 'open',
    title: () => 'OPEN',
    align: 'right',
    role: 'text',
    widthMin: 6,
    widthMax: 7,
    dropOrder: 6,
    text: (row) => countText(row, row.totals.openFlows),
  },
  {
    name: 'flows',
    title: () => 'FLOWS',
    align: 'right',
    role: 'dim',
    widthMin: 6,
    widthMax: 7,
    dropOrder: 7,
    text: (row) => countText(row, row.totals.flows),
  },
]

const traffic = trafficColumns<GroupRow>({
  bytesOf: (row) => (isUnheard(row) ? undefined : row.totals),
  widthMax: 8,
  dropOrder: 1,
})

/** Whether a host is busy or quiet is worth more than how many flows it has. */
const trafficOfHosts = traffic.map((column) =>
  column.name === 'course' ? { ...column, dropOrder: 5.5 } : column,
)

const share: Column<GroupRow> = {
  name: 'share',
  title: () => 'SHARE',
  align: 'left',
  role: 'dim',
  widthMin: 5 + shareBarCells,
  widthMax: 5 + shareBarCells,
  dropOrder: 8,
  text: (row) =>
    isUnheard(row) ? '   -' : `${formatShare(row.share)} ${bar(row.share, shareBarCells)}`,
}
