import { Totals } from '../../query/totals.ts'
import type { FlowRow } from './rows.ts'
import { rowId } from './rows.ts'
import type { GroupView } from './views.ts'

/** Bytes a second either way. */
interface Sum {
  readonly tx: number
  readonly rx: number
}

/** Rates of groups as sums over their flows, by the groups' ids. Undefined where a flow's rate is not known. */
export function sumsOfRates(
  rows: readonly FlowRow[],
  view: GroupView,
): ReadonlyMap<string, Sum> | undefined {
  const rates = new Totals(view.by)
  for (const { flow, host, txRate, rxRate } of rows) {
    if (txRate === undefined || rxRate === undefined) return undefined
    rates.add({ ...flow, txBytes: txRate, rxBytes: rxRate }, host)
  }
  return new Map(
    rates.groups().map((group) => [rowId(group), { tx: group.txBytes, rx: group.rxBytes }]),
  )
}
