import type { Rates } from './rates.ts'
import type { FlowRow, GroupRow } from './rows.ts'
import type { GroupView } from './views.ts'

/** A way to order rows: numbers begin with the largest, text with A. */
export interface SortKey<Row> {
  readonly name: string
  /** Columns that give the order; the first carries the arrow. */
  readonly columns: readonly string[]
  readonly of: (row: Row) => number | string
  /** Of rows that are the same in that, the larger is first; without it, or where they are too, the lower id. */
  readonly thenBy?: (row: Row) => number
}

const txRate = (row: Rates) => row.txRate ?? 0
const rxRate = (row: Rates) => row.rxRate ?? 0

function sortKeys<Row extends Rates>(
  tx: (row: Row) => number,
  rx: (row: Row) => number,
  names: readonly { readonly name: string; readonly of: (row: Row) => string }[],
): readonly [SortKey<Row>, ...SortKey<Row>[]] {
  const total = (row: Row) => tx(row) + rx(row)
  return [
    // Rows at rest keep an order that rarely changes: by what they have moved so far.
    {
      name: 'rate',
      columns: ['tx_rate', 'rx_rate'],
      of: (row) => txRate(row) + rxRate(row),
      thenBy: total,
    },
    { name: 'tx rate', columns: ['tx_rate'], of: txRate, thenBy: total },
    { name: 'rx rate', columns: ['rx_rate'], of: rxRate, thenBy: total },
    { name: 'total', columns: ['tx_bytes', 'rx_bytes'], of: total },
    { name: 'tx total', columns: ['tx_bytes'], of: tx },
    { name: 'rx total', columns: ['rx_bytes'], of: rx },
    ...names.map(({ name, of }) => ({
      name: name.replaceAll('_', ' '),
      columns: [name],
      of,
      thenBy: total,
    })),
  ]
}

export const flowSorts: readonly [SortKey<FlowRow>, ...SortKey<FlowRow>[]] = [
  ...sortKeys<FlowRow>(
    (row) => row.flow.txBytes,
    (row) => row.flow.rxBytes,
    [
      { name: 'process', of: (row) => row.process },
      { name: 'user', of: (row) => row.user },
    ],
  ),
  { name: 'rtt', columns: ['rtt_us'], of: (row) => row.flow.rttUs },
  { name: 'newest', columns: [], of: (row) => row.flow.start },
]

export function groupSorts(view: GroupView): readonly [SortKey<GroupRow>, ...SortKey<GroupRow>[]] {
  return [
    ...sortKeys<GroupRow>(
      (row) => row.totals.txBytes,
      (row) => row.totals.rxBytes,
      view.columns.map(({ name }, i) => ({ name, of: (row) => row.names[i] ?? '' })),
    ),
    { name: 'open flows', columns: ['open'], of: (row) => row.totals.openFlows },
  ]
}
