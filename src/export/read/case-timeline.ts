import { flowFlag } from '../../model/flow.ts'
import { namesCarriers } from '../../query/filter/filter.ts'
import type { TimeRange } from '../../query/question.ts'
import { columnFilter } from '../../query/run/column-filter.ts'
import { allRows, selectWithin } from '../../query/run/selection.ts'
import { emptyBins, type Timeline, type TimelineQuery } from '../../query/timeline.ts'
import { caseColumns } from './case-columns.ts'
import type { Turn } from './case-window.ts'
import type { FlowReader } from './flow-reader.ts'
import { rowsByRun } from './rows-by-run.ts'

/**
 * How much the records of a case moved as time went by, each at its end; `time` is all that the case tells of.
 * @throws ExportError
 */
export async function caseTimeline(
  reader: FlowReader,
  query: TimelineQuery,
  { time, turn }: { readonly time: TimeRange; readonly turn: Turn },
): Promise<Timeline> {
  const { range, bin, where, host } = query
  const { names } = reader
  const filter = where && columnFilter(where)
  const withCarriers = where !== undefined && namesCarriers(where)
  const bins = emptyBins(query, [])
  const sums = new Float64Array(bins.length)
  for (let block = 0; block < reader.blocks; block++) {
    if (!reader.mayHave(block, range)) continue
    const table = reader.read(block)
    for (const [run, rows] of rowsByRun(table, allRows(table.rows))) {
      if (host !== undefined && names.runs[run - 1]!.hostName !== host) continue
      const columns = caseColumns({ table, rows, names })
      const ends = columns.column('end')
      const among = selectWithin(allRows(rows.length), ends, [range.from, range.to])
      const flags = columns.column('flags')
      const tx = columns.column('txBytes')
      const rx = columns.column('rxBytes')
      for (const row of filter ? filter.matching(columns, among) : among)
        if (withCarriers || !(flags[row]! & flowFlag.carrier))
          sums[Math.floor((ends[row]! - range.from) / bin)]! += tx[row]! + rx[row]!
    }
    await turn()
  }
  return {
    ...query,
    bins: bins.map((one, i) => {
      const isIn = one.start < time.to && one.start + bin > time.from
      return isIn ? { ...one, bytes: sums[i]! } : one
    }),
    missing: [],
  }
}
