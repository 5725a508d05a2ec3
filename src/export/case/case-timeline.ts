import type { Database } from 'sql.js'
import { recordsAt } from '../../model/flow-block.ts'
import { flowFlag } from '../../model/flow.ts'
import { noLimits, type TimeRange } from '../../query/question.ts'
import { flowPredicate } from '../../query/filter/flow-predicate.ts'
import { namesCarriers } from '../../query/filter/filter.ts'
import { emptyBins, type Timeline, type TimelineQuery } from '../../query/timeline.ts'
import { caseRecords } from './case-records.ts'

/** How much the records of a case moved as time went by; `time` is all that it tells of. @throws ExportError */
export function caseTimeline(database: Database, time: TimeRange, query: TimelineQuery): Timeline {
  const { range, bin, where, host } = query
  const matches = where ? flowPredicate(where) : () => true
  const withCarriers = where !== undefined && namesCarriers(where)
  const sums = new Map<number, number>()
  for (const piece of caseRecords(database, { range, budget: noLimits })) {
    if (piece.kind !== 'records' || (host !== undefined && piece.host !== host)) continue
    for (const record of recordsAt(piece.columns, piece.rows)) {
      if (!matches(record) || (record.flags & flowFlag.carrier && !withCarriers)) continue
      const place = Math.floor((record.end - range.from) / bin)
      sums.set(place, (sums.get(place) ?? 0) + record.txBytes + record.rxBytes)
    }
  }
  const bins = emptyBins(query, []).map((one, i) => {
    const isIn = one.start < time.to && one.start + bin > time.from
    return isIn ? { ...one, bytes: sums.get(i) ?? 0 } : one
  })
  return { ...query, bins, missing: [] }
}
