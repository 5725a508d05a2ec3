import type { GroupRow } from '../store/rows.ts'
import { isOfHosts, type GroupView } from '../store/views.ts'
import { bar, formatShare } from '../text/bars.ts'
import { truncateStart } from '../text/cells.ts'
import { formatQuantity } from '../text/units.ts'
import type { Role } from '../theme/theme.ts'
import { remoteTitle, type Column } from './columns.ts'
import { hostColumns } from './host-columns.ts'
import { trafficColumns } from './traffic-columns.ts'

const shareBarCells = 7

const remoteHost = 'remote_host'

/** Roles of the columns that name a group, by their names. */
const nameRoles: Readonly<Record<string, Role>> = {
  user: 'user',
  remote_host: 'remote',
  remote_network: 'remote',
}

/** Columns of a table of groups. */
export function groupColumns(view: GroupView): readonly Column<GroupRow>[] {
  const names = view.columns.map((column, i): Column<GroupRow> => ({
    name: column.name,
    title: column.name === remoteHost ? remoteTitle(column.title) : () => column.title,
    align: 'left',
    role: nameRoles[column.name] ?? 'process',
    widthMin: column.widthMin,
    widthMax: column.widthMax,
    dropOrder: 0,
    text: ({ names }, width, { nameOf }) => {
      const name = names[i] ?? ''
      const found = column.name === remoteHost ? nameOf?.(name) : undefined
      return found === undefined ? name : truncateStart(found, width)
    },
  }))
  return [sign, ...names, ...(isOfHosts(view) ? hostColumns : []), ...counts, ...traffic, share]
}

const sign: Column<GroupRow> = {
  name: 'sign',
  title: () => '',
  align: 'left',
  role: 'dim',
  widthMin: 1,
  widthMax: 1,
  dropOrder: 0,
  text: ({ totals }) => (totals.openFlows === 0 ? '×' : ' '),
}

const counts: readonly Column<GroupRow>[] = [
  {
    name: 'open',
    title: () => 'OPEN',
    align: 'right',
    role: 'text',
    widthMin: 6,
    widthMax: 7,
    dropOrder: 6,
    text: ({ totals }) => formatQuantity(totals.openFlows),
  },
  {
    name: 'flows',
    title: () => 'FLOWS',
    align: 'right',
    role: 'dim',
    widthMin: 6,
    widthMax: 7,
    dropOrder: 7,
    text: ({ totals }) => formatQuantity(totals.flows),
  },
]

const traffic = trafficColumns<GroupRow>({
  bytesOf: ({ totals }) => totals,
  widthMax: 8,
  dropOrder: 1,
})

const share: Column<GroupRow> = {
  name: 'share',
  title: () => 'SHARE',
  align: 'left',
  role: 'dim',
  widthMin: 5 + shareBarCells,
  widthMax: 5 + shareBarCells,
  dropOrder: 8,
  text: ({ share }) => `${formatShare(share)} ${bar(share, shareBarCells)}`,
}
