import { endReasons, flowFlag } from '../../model/flow.ts'
import type { FlowColumns } from '../../model/flow-columns.ts'
import { wholeRows, type Batch } from '../../query/run/batch.ts'
import { ByGroup } from '../../query/run/by-group.ts'
import { columnFilter, type ColumnFilter } from '../../query/run/column-filter.ts'
import { GroupKeys } from '../../query/run/group-keys.ts'
import { allRows, select } from '../../query/run/selection.ts'
import type { Query } from '../../query/session.ts'
import { Totals, type GroupTotals } from '../../query/totals.ts'
import type { CaseWindow, Turn } from './case-window.ts'

type TotalsQuery = Extract<Query, { kind: 'totals' }>

/** Totals of all flows of a window that a query is about, as `Totals` makes them of records. @throws ExportError */
export async function windowTotals(
  window: CaseWindow,
  query: TotalsQuery,
  turn: Turn,
): Promise<readonly GroupTotals[]> {
  const hosts = new Map<string, HostTotals>()
  for await (const { run, columns } of window.flows(turn)) {
    const { hostName } = run
    if (query.host !== undefined && query.host !== hostName) continue
    const known = hosts.get(hostName) ?? new HostTotals(query, hostName)
    hosts.set(hostName, known)
    known.add(columns)
  }
  const [first, ...others] = [...hosts.values()].map((host) => [...host.groups()])
  if (others.length === 0) return first ?? []
  const totals = new Totals(query.by)
  for (const groups of [first!, ...others])
    for (const group of groups) totals.addGroup(group.key, group)
  return totals.groups()
}

const summed = ['txBytes', 'rxBytes', 'txPackets', 'rxPackets'] as const
const open = endReasons.indexOf('open')

/** Of one host, whose name may be a key. */
class HostTotals {
  readonly #keys: GroupKeys
  readonly #filter: ColumnFilter | undefined
  readonly #flows = new ByGroup(0)
  readonly #open = new ByGroup(0)
  readonly #sums = summed.map(() => new ByGroup(0))

  constructor({ by, where }: TotalsQuery, host: string) {
    this.#keys = new GroupKeys({ by }, host)
    this.#filter = where && columnFilter(where)
  }

  add(columns: FlowColumns): void {
    const all = allRows(columns.rows)
    const matching = this.#filter ? this.#filter.matching(columns, all) : all
    const flags = columns.column('flags')
    const rows = select(matching, (row) => (flags[row]! & flowFlag.carrier) === 0)
    if (rows.length > 0) this.#count(wholeRows(columns, rows))
  }

  #count(batch: Batch): void {
    const groups = this.#keys.groupsOf(this.#keys.valuesOf(batch), batch.rows.length)
    const { end } = this.#keys
    const flows = this.#flows.sized(end)
    const opened = this.#open.sized(end)
    const reasons = batch.columns.column('endReason')
    for (let k = 0; k < groups.length; k++) {
      flows[groups[k]!]! += 1
      if (reasons[batch.rows[k]!] === open) opened[groups[k]!]! += 1
    }
    for (const [i, name] of summed.entries()) {
      const sums = this.#sums[i]!.sized(end)
      const values = batch.columns.column(name)
      for (let k = 0; k < groups.length; k++) sums[groups[k]!]! += values[batch.rows[k]!]!
    }
  }

  *groups(): Generator<GroupTotals> {
    const groups = this.#keys.groups()
    const { keys } = this.#keys.namesOf(groups)
    const valuesOf = (counted: ByGroup) => counted.sized(this.#keys.end)
    const [flows, opened] = [valuesOf(this.#flows), valuesOf(this.#open)]
    const [tx, rx, txPackets, rxPackets] = this.#sums.map(valuesOf)
    for (const [i, group] of groups.entries())
      yield {
        key: keys.at(i),
        flows: flows[group]!,
        openFlows: opened[group]!,
        txBytes: tx![group]!,
        rxBytes: rx![group]!,
        txPackets: txPackets![group]!,
        rxPackets: rxPackets![group]!,
      }
  }
}
