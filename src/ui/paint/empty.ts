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

function reasons({ coverage, place, filter }: MonitorStore): readonly string[] {
  if (!coverage) return ['Waiting for the first answer of the recorder ...']
  const within = place.scopes.at(-1)
  if (within) return [`No flows of ${within.crumb} are left. Esc goes back.`]
  if (filter.current)
    return [`No flow is ${formatFilter(filter.current)}. / changes it, Esc clears it.`]
  if (coverage.past) return ['Nothing was recorded in this time. [ and ] step on, L is now.']
  const { host, capture, from } = coverage
  return [
    `No traffic yet: waiting for the first flow on ${host}.`,
    `Recording by ${capture.source} since ${formatTimeOfDay(from)}.`,
    ...(capture.sees.includes('pid')
      ? []
      : ['Not every flow will have its process: c says why, and what to do.']),
  ]
}
