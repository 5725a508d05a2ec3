import { formatQuantity, formatRate, rateUnitLabel } from '../text/units.ts'
import type { History } from '../store/rate-history.ts'
import { sparkline } from '../text/bars.ts'
import type { Column } from './columns.ts'

interface RatedRow {
  readonly txRate: number | undefined
  readonly rxRate: number | undefined
  readonly history: History | undefined
}

const sparkCells = 8
/** Nothing else of a row can be seen elsewhere at a glance, but it takes many cells: it goes first but for STATE. */
const sparkDropOrder = 9

/** The columns of what went either way, the same in every table: rates, their course, totals. */
export function trafficColumns<Row extends RatedRow>(table: {
  /** Undefined where nothing is known. */
  readonly bytesOf: (row: Row) => { readonly txBytes: number; readonly rxBytes: number } | undefined
  readonly widthMax: number
  /** Of the first column; the others follow it. */
  readonly dropOrder: number
}): readonly Column<Row>[] {
  const { bytesOf, widthMax } = table
  const shape = (place: number) =>
    ({ align: 'right', widthMin: 6, widthMax, dropOrder: table.dropOrder + place }) as const
  return [
    {
      ...shape(0),
      name: 'tx_rate',
      title: ({ unit }) => `TX ${rateUnitLabel[unit]}`,
      role: 'tx',
      text: (row, _width, { unit }) => formatRate(row.txRate, unit),
    },
    {
      ...shape(1),
      name: 'rx_rate',
      title: ({ unit }) => `RX ${rateUnitLabel[unit]}`,
      role: 'rx',
      text: (row, _width, { unit }) => formatRate(row.rxRate, unit),
    },
    {
      name: 'course',
      isBar: true,
      title: () => 'TREND',
      align: 'left',
      role: 'spark',
      widthMin: sparkCells,
      widthMax: sparkCells,
      dropOrder: sparkDropOrder,
      text: (row, width) => (row.history ? courseText(row.history, width) : ''),
    },
    {
      ...shape(2),
      name: 'tx_bytes',
      title: () => 'TX TOT',
      role: 'total',
      text: (row) => bytesText(bytesOf(row)?.txBytes),
    },
    {
      ...shape(3),
      name: 'rx_bytes',
      title: () => 'RX TOT',
      role: 'total',
      text: (row) => bytesText(bytesOf(row)?.rxBytes),
    },
  ]
}

const bytesText = (bytes: number | undefined): string =>
  bytes === undefined ? '-' : formatQuantity(bytes)

/**
 * The latest rates, the last at the end. Heights are by square roots: rates of one flow differ by thousands, and a
 * burst must not flatten the rest to nothing.
 */
function courseText(history: History, width: number): string {
  const heights = history.last(width).map(Math.sqrt)
  return sparkline(heights, Math.max(...heights)).padStart(width)
}
