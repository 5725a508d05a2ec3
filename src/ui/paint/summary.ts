import { formatFilter } from '../../query/filter/format-filter.ts'
import { totalsCanBeShort } from '../store/host-rates.ts'
import type { MonitorStore } from '../store/monitor-store.ts'
import { groupViewOf, viewNames, type ViewName } from '../store/views.ts'
import { formatDuration, formatRate, formatTimeOfDay, rateUnitLabel } from '../text/units.ts'
import type { Paint } from '../theme/theme.ts'
import { sourceText } from './notices.ts'
import { paintLine, segment, segmentsWidth, type Segment } from './line.ts'
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

/** The second line: the views by their keys, how many rows this one has, and its order. */
export function paintTabs(store: MonitorStore, columns: number, paint: Paint): string {
  const { view, table } = store
  const right = [
    segment('dim', '  sort '),
    segment('columnSorted', `${table.sort.name} ${sortArrow(table.reversed)}`),
    segment('text', ' '),
  ]
  const room = columns - segmentsWidth(right)
  const tabsOf = (length: 'title' | 'short') =>
    viewNames.flatMap((name, i) => tabOf(name, `${i + 1}`, length, name === view))
  const long = tabsOf('title')
  const tabs = segmentsWidth(long) <= room ? long : tabsOf('short')
  return paintLine([...tabs, segment('dim', `  ${countText(store)}`)], right, columns, paint)
}

function tabOf(
  name: ViewName,
  key: string,
  length: 'title' | 'short',
  on: boolean,
): readonly Segment[] {
  const text = name === 'flows' ? 'Flows' : groupViewOf(name)[length]
  return on
    ? [segment('tabOn', ` ${key} ${text} `)]
    : [segment('key', ` ${key}`), segment('tab', length === 'title' ? ` ${text} ` : text)]
}

/** Whether there is anything to say that is not as usual. */
export const hasStatus = (store: MonitorStore): boolean =>
  store.place.scopes.length > 0 || store.filter.current !== undefined || statesOf(store).length > 0

/** The line of what is not as usual: the groups that were entered, the filter, and states. */
export function paintStatus(store: MonitorStore, columns: number, paint: Paint): string {
  const { place, filter } = store
  const crumbs = place.scopes.flatMap(({ crumb }) => [
    segment('dim', ' › '),
    segment('crumb', crumb),
  ])
  const where = filter.current
    ? [segment('dim', '  where '), segment('state', formatFilter(filter.current))]
    : []
  const left = [
    segment('dim', crumbs.length > 0 ? ' All' : ' '),
    ...crumbs,
    ...where,
    ...(crumbs.length > 0 ? [segment('dim', '   Esc back')] : []),
  ]
  const right = statesOf(store).flatMap((state) => [segment('state', state), segment('text', ' ')])
  return paintLine(left, right, columns, paint)
}

function statesOf({ coverage, paused, table }: MonitorStore): readonly string[] {
  return [
    ...(coverage?.stale === undefined ? [] : ['STALE']),
    ...(paused ? ['PAUSED'] : []),
    ...(table.frozen ? ['ORDER FROZEN'] : []),
  ]
}

function countText({ view, flows, groups, endedFlows }: MonitorStore): string {
  if (view !== 'flows') return plural(groups.rows.length, groupViewOf(view).one)
  return `${flows.rows.length - endedFlows} open, ${endedFlows} ended`
}

function plural(count: number, one: string): string {
  if (count === 1) return `1 ${one}`
  return `${count} ${one}${one.endsWith('s') ? 'es' : 's'}`
}
