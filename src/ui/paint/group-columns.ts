import { userText, type GroupRow } from '../store/rows.ts'
import { bar, formatShare } from '../text/bars.ts'
import { formatQuantity } from '../text/units.ts'
import type { Column } from './columns.ts'
import { trafficColumns } from './traffic-columns.ts'

const shareBarCells = 7

export const groupColumns: readonly Column<GroupRow>[] = [
  {
    name: 'sign',
    title: () => '',
    align: 'left',
    role: 'dim',
    widthMin: 1,
    widthMax: 1,
    dropOrder: 0,
    text: ({ totals }) => (totals.openFlows === 0 ? '×' : ' '),
  },
  {
    name: 'process',
    title: () => 'PROCESS',
    align: 'left',
    role: 'process',
    widthMin: 14,
    widthMax: 24,
    dropOrder: 0,
    text: (row) => row.process,
  },
  {
    name: 'user',
    title: () => 'USER',
    align: 'left',
    role: 'user',
    widthMin: 8,
    widthMax: 16,
    dropOrder: 0,
    text: userText,
  },
  {
    name: 'open',
    title: () => 'OPEN',
    align: 'right',
    role: 'text',
    widthMin: 6,
    widthMax: 7,
    dropOrder: 5,
    text: ({ totals }) => formatQuantity(totals.openFlows),
  },
  {
    name: 'flows',
    title: () => 'FLOWS',
    align: 'right',
    role: 'dim',
    widthMin: 6,
    widthMax: 7,
    dropOrder: 6,
    text: ({ totals }) => formatQuantity(totals.flows),
  },
  ...trafficColumns<GroupRow>({ bytesOf: ({ totals }) => totals, widthMax: 8, dropOrder: 1 }),
  {
    name: 'share',
    title: () => 'SHARE',
    align: 'left',
    role: 'dim',
    widthMin: 5 + shareBarCells,
    widthMax: 5 + shareBarCells,
    dropOrder: 7,
    text: ({ share }) => `${formatShare(share)} ${bar(share, shareBarCells)}`,
  },
]
