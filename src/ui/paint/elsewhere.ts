import { formatFilter } from '../../query/filter/format-filter.ts'
import type { Answer } from '../../query/session.ts'
import { placesFound, type Elsewhere, type FoundPlace } from '../store/elsewhere.ts'
import type { MonitorStore } from '../store/monitor-store.ts'
import { markedName, marksOf } from './marked-hosts.ts'
import { fitCells, wrapCells } from '../text/cells.ts'
import { formatQuantity } from '../text/units.ts'
import type { Paint } from '../theme/theme.ts'

/** What a place shows of its flows, now and in the week. */
interface Amount {
  readonly title: string
  readonly of: (place: FoundPlace) => number
  readonly isOfWeek: boolean
}

const amounts: readonly Amount[] = [
  { title: 'OPEN', of: ({ now }) => now.openFlows, isOfWeek: false },
  { title: 'TX', of: ({ now }) => now.txBytes, isOfWeek: false },
  { title: 'RX', of: ({ now }) => now.rxBytes, isOfWeek: false },
  { title: '7D FL', of: ({ recorded }) => recorded.flows, isOfWeek: true },
  { title: '7D TX', of: ({ recorded }) => recorded.txBytes, isOfWeek: true },
  { title: '7D RX', of: ({ recorded }) => recorded.rxBytes, isOfWeek: true },
]
/** Each with the space before it. */
const amountCells = 7
const userCells = 10

/** Who in the fleet has what was looked for: open at this moment, and recorded in the last week. */
export function elsewhereLines(
  store: MonitorStore,
  columns: number,
  paint: Paint,
): readonly string[] {
  const { elsewhere } = store
  if (!elsewhere) return []
  const places = placesFound(
    store.groups.rows.map(({ totals }) => totals),
    recordedGroups(elsewhere),
  )
  // What is open now is behind this page, too.
  const shown = columns < 78 ? amounts.filter(({ title }) => !/^[TR]X$/.test(title)) : amounts
  const room = columns - 3 - userCells - shown.length * amountCells
  const hostCells = Math.min(24, Math.max(10, Math.floor(room / 2)))
  const marks = marksOf(store.coverage?.hosts)
  const hostCell = (host: string) => {
    const mark = marks.get(host)
    if (!mark) return fitCells(host, hostCells, 'left')
    return paint(`mark-${mark.colour}`, fitCells(markedName(mark, host), hostCells, 'left'))
  }
  const line = (
    [host = '', process = '', user = '']: readonly string[],
    texts: readonly string[],
  ) =>
    ` ${hostCell(host)} ${fitCells(process, Math.max(8, room - hostCells), 'left')} ${fitCells(user, userCells, 'left')}${texts
      .map((text) => text.padStart(amountCells))
      .join('')}`
  return [
    paint('title', ` Where in the fleet: ${formatFilter(elsewhere.filter)}`),
    `   now         ${nowText(store)}`,
    `   last week   ${elsewhere.recorded ? weekText(elsewhere.recorded) : 'asking ...'}`,
    '',
    paint(
      'columns',
      line(
        ['HOST', 'PROCESS', 'USER'],
        shown.map(({ title }) => title),
      ),
    ),
    ...places.map((place) =>
      line(
        place.names,
        shown.map(({ of, isOfWeek }) =>
          isOfWeek && !elsewhere.recorded ? '...' : formatQuantity(of(place)),
        ),
      ),
    ),
    ...(places.length === 0 && elsewhere.recorded
      ? ['   Nowhere, as far as the hosts that were heard know.']
      : []),
    '',
    ...missingOf(elsewhere).flatMap((text) =>
      wrapCells(text, columns - 4).map(
        (part, i) => `${i === 0 ? paint('warning', ' ! ') : '   '}${part}`,
      ),
    ),
  ]
}

const recordedGroups = ({ recorded }: Elsewhere) =>
  recorded?.rows.kind === 'totals' ? recorded.rows.groups : []

const nowText = ({ coverage }: MonitorStore): string => coverage?.host ?? ''

const weekText = ({ coverage, rows }: Answer): string => {
  const places = rows.kind === 'totals' ? rows.groups.length : 0
  return `${coverage.host}: ${places === 1 ? '1 place' : `${places} places`}`
}

const missingOf = ({ recorded }: Elsewhere): readonly string[] =>
  recorded?.coverage.past?.missing ?? []
