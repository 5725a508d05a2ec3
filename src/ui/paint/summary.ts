import { totalsCanBeShort } from '../store/host-rates.ts'
import type { MonitorStore } from '../store/monitor-store.ts'
import { formatDuration, formatRate, formatTimeOfDay, rateUnitLabel } from '../text/units.ts'
import type { Paint } from '../theme/theme.ts'
import { sourceText } from './notices.ts'
import { paintLine, segment, type Segment } from './line.ts'
import { sortArrow } from './table.ts'

/** The first line: which host, how it is read, since when, and what it sends and receives as a whole. */
export function paintTitle(store: MonitorStore, columns: number, paint: Paint): string {
  const { coverage } = store
  const left = [segment('title', ' e2etop')]
  if (coverage) {
    const { host, from, to } = coverage
    left.push(segment('text', `  ${host}`))
    left.push(segment('dim', `  ${sourceText(coverage)}`))
    left.push(segment('dim', `  for ${formatDuration(to - from)}`))
    left.push(segment('dim', `, since ${formatTimeOfDay(from)}`))
  }
  return paintLine(left, hostRateSegments(store, columns), columns, paint)
}

function hostRateSegments(store: MonitorStore, columns: number): readonly Segment[] {
  const { coverage, hostRates, unit } = store
  if (!coverage || !hostRates) return []
  // A sum that may be short says so in itself, not only in a notice.
  const sign = totalsCanBeShort(coverage) ? '≥' : ''
  const rate = (bytes: number) =>
    `${sign}${formatRate(bytes, unit)}`.padStart(6) + rateUnitLabel[unit]
  const segments = [
    segment('dim', '  TX '),
    segment('tx', rate(hostRates.tx)),
    segment('dim', '  RX '),
    segment('rx', rate(hostRates.rx)),
  ]
  const loopback = [segment('dim', '  loopback '), segment('text', rate(hostRates.loopback))]
  return [...segments, ...(columns >= 76 ? loopback : []), segment('text', ' ')]
}

/** The second line: the views, how many rows this one has, its order, and what is not as usual. */
export function paintTabs(store: MonitorStore, columns: number, paint: Paint): string {
  const { view, within, table } = store
  const tab = (on: boolean, text: string) => segment(on ? 'tabOn' : 'tab', ` ${text} `)
  const flowsTab = within ? `Flows of ${within.process} (${within.user})` : 'Flows'
  const left = [
    segment('text', ' '),
    tab(view === 'flows', flowsTab),
    segment('text', ' '),
    tab(view === 'groups', 'Processes'),
    segment('dim', `  ${countText(store)}`),
    ...whereSegments(store),
  ]
  const states = [
    ...(store.coverage?.stale === undefined ? [] : ['STALE']),
    ...(store.paused ? ['PAUSED'] : []),
    ...(table.frozen ? ['ORDER FROZEN'] : []),
  ]
  const right = [
    ...states.flatMap((state) => [segment('state', state), segment('text', '  ')]),
    segment('dim', 'sort '),
    segment('columnSorted', `${table.sort.name} ${sortArrow(table.reversed)}`),
    segment('text', ' '),
  ]
  return paintLine(left, right, columns, paint)
}

/** Every number on the screen is of these flows only. */
function whereSegments({ coverage }: MonitorStore): readonly Segment[] {
  if (!coverage?.filter) return []
  return [segment('dim', '   where '), segment('state', coverage.filter.text)]
}

function countText({ view, within, flows, groups, endedFlows }: MonitorStore): string {
  if (view === 'groups') return `${groups.rows.length} groups of process and user`
  const count = `${flows.rows.length - endedFlows} open, ${endedFlows} ended`
  return within ? `${count}   Esc back` : count
}
