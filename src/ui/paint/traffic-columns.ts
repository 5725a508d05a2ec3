import { formatQuantity, formatRate, rateUnitLabel } from '../text/units.ts'
import type { Column } from './columns.ts'

interface RatedRow {
  readonly txRate: number | undefined
  readonly rxRate: number | undefined
}

/** The four columns of what went either way, the same in every table: rates first, then totals. */
export function trafficColumns<Row extends RatedRow>(table: {
  readonly bytesOf: (row: Row) => { readonly txBytes: number; readonly rxBytes: number }
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
      title: (unit) => `TX ${rateUnitLabel[unit]}`,
      role: 'tx',
      text: (row, _width, unit) => formatRate(row.txRate, unit),
    },
    {
      ...shape(1),
      name: 'rx_rate',
      title: (unit) => `RX ${rateUnitLabel[unit]}`,
      role: 'rx',
      text: (row, _width, unit) => formatRate(row.rxRate, unit),
    },
    {
      ...shape(2),
      name: 'tx_bytes',
      title: () => 'TX TOT',
      role: 'total',
      text: (row) => formatQuantity(bytesOf(row).txBytes),
    },
    {
      ...shape(3),
      name: 'rx_bytes',
      title: () => 'RX TOT',
      role: 'total',
      text: (row) => formatQuantity(bytesOf(row).rxBytes),
    },
  ]
}
