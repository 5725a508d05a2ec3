import { userText, type GroupRow } from '../store/rows.ts'
import { formatQuantity, formatRate, rateUnitLabel } from '../text/units.ts'
import type { Column } from './columns.ts'

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
  {
    name: 'tx_rate',
    title: (unit) => `TX ${rateUnitLabel[unit]}`,
    align: 'right',
    role: 'tx',
    widthMin: 6,
    widthMax: 8,
    dropOrder: 1,
    text: (row, _width, unit) => formatRate(row.txRate, unit),
  },
  {
    name: 'rx_rate',
    title: (unit) => `RX ${rateUnitLabel[unit]}`,
    align: 'right',
    role: 'rx',
    widthMin: 6,
    widthMax: 8,
    dropOrder: 2,
    text: (row, _width, unit) => formatRate(row.rxRate, unit),
  },
  {
    name: 'tx_bytes',
    title: () => 'TX TOT',
    align: 'right',
    role: 'total',
    widthMin: 6,
    widthMax: 8,
    dropOrder: 3,
    text: ({ totals }) => formatQuantity(totals.txBytes),
  },
  {
    name: 'rx_bytes',
    title: () => 'RX TOT',
    align: 'right',
    role: 'total',
    widthMin: 6,
    widthMax: 8,
    dropOrder: 4,
    text: ({ totals }) => formatQuantity(totals.rxBytes),
  },
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

/** Whole percent; what is there but below one is not called nothing. */
function formatShare(share: number): string {
  const percent = share > 0 && share < 0.01 ? '<1' : String(Math.round(share * 100))
  return `${percent}%`.padStart(4)
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** A part of `cells` cells, to an eighth of a cell. */
export function bar(part: number, cells: number): string {
  const filled = Math.round(Math.max(0, Math.min(1, part)) * cells * 8)
  return '█'.repeat(Math.floor(filled / 8)) + (eighths[filled % 8] ?? '')
}
