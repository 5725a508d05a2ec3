import { Totals, type GroupTotals } from '../../query/totals.ts'
import type { FlowRow } from './rows.ts'
import { rowId } from './rows.ts'
import type { GroupView } from './views.ts'

/** Bytes a second either way. */
interface Sum {
  readonly tx: number
  readonly rx: number
}

/** How groups are called. */
interface Named {
  /** The one host, where not many are watched. */
  readonly host: string
  readonly groupsOf: (groups: readonly GroupTotals[]) => readonly GroupTotals[]
}

/**
 * Rates of groups as sums over their flows, for the first second of a view that has no answer to compare with yet.
 * Undefined where a flow's rate is not known.
 */
export function sumsOfRates(
  rows: readonly FlowRow[],
  view: GroupView,
  { host, groupsOf }: Named = { host: '', groupsOf: (groups) => groups },
): ReadonlyMap<string, Sum> | undefined {
  const rates = new Totals(view.by, host)
  for (const { flow, host, txRate, rxRate } of rows) {
    if (txRate === undefined || rxRate === undefined) return undefined
    rates.add({ ...flow, txBytes: txRate, rxBytes: rxRate }, host)
  }
  return new Map(
    groupsOf(rates.groups()).map((group) => [
      rowId(group),
      { tx: group.txBytes, rx: group.rxBytes },
    ]),
  )
}
