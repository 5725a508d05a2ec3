import { formatFilter } from '../../query/filter/format-filter.ts'
import type { MonitorStore } from '../store/monitor-store.ts'
import { wrapCells } from '../text/cells.ts'
import { formatTimeOfDay } from '../text/units.ts'

/** What an empty table says instead of nothing. */
export function emptyLines(store: MonitorStore, columns: number): readonly string[] {
  return ['', ...reasons(store).flatMap((reason) => wrapCells(reason, columns - 4))].map(
    (line) => `   ${line}`,
  )
}

function reasons({ coverage, place, filter, time, table }: MonitorStore): readonly string[] {
  if (!coverage) return ['Waiting for the first answer ...']
  if (table.tags.isOnly) return ['None of the tagged rows is here now. m shows all, U untags all.']
  const within = place.scopes.at(-1)
  if (within) return [`No flows of ${within.crumb} are left. Esc goes back.`]
  if (filter.current)
    return [`No flow is ${formatFilter(filter.current)}. / changes it, Esc clears it.`]
  if (coverage.past && !time.range) return ['No flows are in this case.']
  if (coverage.past)
    return [
      `Nothing was recorded in this time. [ and ] step on, L is ${time.end === undefined ? 'now' : 'all of it'}.`,
    ]
  const { host, capture, from } = coverage
  return [
    `No traffic yet: waiting for the first flow on ${host}.`,
    `Recording by ${capture.source} since ${formatTimeOfDay(from)}.`,
    ...(capture.sees.includes('pid')
      ? []
      : ['Not every flow will have its process: c says why, and what to do.']),
  ]
}
