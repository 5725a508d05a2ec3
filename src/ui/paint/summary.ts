import { formatFilter } from '../../query/filter/format-filter.ts'
import { ratesCanBeShort } from '../store/host-rates.ts'
import type { KeyTable } from '../keys/key-table.ts'
import type { MonitorStore } from '../store/monitor-store.ts'
import {
  formatDuration,
  formatMoment,
  formatRate,
  formatTimeOfDay,
  rateUnitLabel,
} from '../text/units.ts'
import type { TimeTravel } from '../store/time-travel.ts'
import { truncateCells } from '../text/cells.ts'
import type { Paint } from '../theme/theme.ts'
import { markSegments } from './marked-hosts.ts'
import { sourceText } from './notices.ts'
import { paintLine, segment, segmentsWidth, type Segment } from './line.ts'

/** The first line: which host, how it is read, since when, and what it sends and receives as a whole. */
export function paintTitle(store: MonitorStore, columns: number, paint: Paint): string {
  const { coverage } = store
  const title = segment('title', ' e2etop')
  if (!coverage) return paintLine([title], [], columns, paint)
  const { host, from, to } = coverage
  const marks = markSegments(coverage.hosts)
  const first = (name: string) => [title, segment('text', `  ${name}`), ...marks]
  const rates = hostRateSegments(store, columns - segmentsWidth(first(host)))
  // A mark is not to be overlooked: how many hosts are silent in which way gives place to it.
  const isTight = marks.length > 0 && segmentsWidth([...first(host), ...rates]) > columns
  const left = first(isTight ? host.replace(/ \(.*\)$/, '') : host)
  left.push(segment('dim', `  ${sourceText(coverage, store.seals)}`))
  if (!coverage.past) {
    left.push(segment('dim', `  for ${formatDuration(to - from)}`))
    left.push(segment('dim', `, since ${formatTimeOfDay(from)}`))
  }
  return paintLine(left, rates, columns, paint)
}

/** Loopback only where the host's name leaves room for it. */
function hostRateSegments(store: MonitorStore, room: number): readonly Segment[] {
  const { coverage, hostRates, unit } = store
  if (!coverage || !hostRates) return []
  // A sum that may be short says so in itself, not only in a notice.
  const sign = ratesCanBeShort(coverage) ? '≥' : ''
  const rate = (bytes: number) =>
    `${sign}${formatRate(bytes, unit)}`.padStart(6) + rateUnitLabel[unit]
  const segments = [
    segment('dim', '  TX '),
    segment('tx', rate(hostRates.tx)),
    segment('dim', '  RX '),
    segment('rx', rate(hostRates.rx)),
  ]
  const loopback = [segment('dim', '  loopback '), segment('text', rate(hostRates.loopback))]
  const all = [...segments, ...loopback, segment('text', ' ')]
  return segmentsWidth(all) <= room ? all : [...segments, segment('text', ' ')]
}

/** Whether there is anything to say that is not as usual. */
export const hasStatus = (store: MonitorStore): boolean =>
  store.place.scopes.length > 0 ||
  store.filter.current !== undefined ||
  store.message !== undefined ||
  store.names.isMasked ||
  store.coverage?.past !== undefined ||
  statesOf(store).length > 0

/** The line of what is not as usual: the groups that were entered, the filter, and states. */
export function paintStatus(
  store: MonitorStore,
  keys: KeyTable,
  columns: number,
  paint: Paint,
): string {
  const { place, filter, message } = store
  const past = segment('state', pastText(store))
  if (message) {
    const role = message.kind === 'warning' ? 'warning' : 'state'
    return paintLine([past, segment(role, ` ${message.text}`)], [], columns, paint)
  }
  const right = statesOf(store).flatMap((state) => [segment('state', state), segment('text', ' ')])
  const crumbCells = Math.floor((columns - 2 * filterCells) / Math.max(1, place.scopes.length)) - 3
  const crumbs = place.scopes.flatMap(({ crumb }) => [
    segment('dim', ' › '),
    segment('crumb', truncateCells(crumb, Math.max(8, crumbCells))),
  ])
  const before = [past, segment('dim', crumbs.length > 0 ? ' All' : ' '), ...crumbs]
  const where = filter.current ? formatFilter(filter.current) : ''
  // Cut, but never left out: every number on the screen is of its flows only.
  const room = Math.max(filterCells, columns - segmentsWidth([...before, ...right]) - 8)
  const left = [
    ...before,
    ...(where === ''
      ? []
      : [segment('dim', '  where '), segment('state', truncateCells(where, room))]),
    ...(crumbs.length > 0 ? [segment('dim', `   ${keys.labelOf('row.back')} back`)] : []),
    ...(store.coverage?.past ? [segment('dim', pastHint(keys, store.time))] : []),
  ]
  return paintLine(left, right, columns, paint)
}

/** So much of a filter there is at least. */
const filterCells = 20

/** The first things that are not as usual are other names, and another time. */
function pastText({ coverage, names }: MonitorStore): string {
  const mask = names.isMasked ? ' MASKED ' : ''
  if (!coverage?.past) return mask
  const { from, to } = coverage
  const what = coverage.past.fromCase === undefined ? 'PAST' : 'CASE'
  return `${mask} ${what} ${formatMoment(from)} to ${formatTimeOfDay(to)}, ${formatDuration(to - from)} `
}

const pastHint = ({ labelOf }: KeyTable, { range, end }: TimeTravel) =>
  `   ${labelOf('time.back')} ${labelOf('time.forward')} step  ${labelOf('time.shorter')} ${labelOf('time.longer')} length  ${labelOf('time.compare')} compare${range ? `  ${labelOf('time.live')} ${end === undefined ? 'now' : 'all'}` : ''}`

function statesOf({ coverage, paused, table }: MonitorStore): readonly string[] {
  return [
    ...(coverage?.stale === undefined ? [] : ['STALE']),
    ...(paused && coverage ? [`PAUSED at ${formatTimeOfDay(coverage.to)}`] : []),
    ...(table.frozen ? ['ORDER FROZEN'] : []),
    ...(table.tags.size > 0
      ? [`${table.tags.size} TAGGED${table.tags.isOnly ? ' ONLY' : ''}`]
      : []),
  ]
}
