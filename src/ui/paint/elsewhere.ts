import { formatFilter } from '../../query/filter/format-filter.ts'
import type { Answer } from '../../query/session.ts'
import { placesFound, type Elsewhere, type FoundPlace } from '../store/elsewhere.ts'
import type { MonitorStore } from '../store/monitor-store.ts'
import { fitCells, wrapCells } from '../text/cells.ts'
import { formatQuantity } from '../text/units.ts'
import type { Paint } from '../theme/theme.ts'

/** Of the columns of amounts, each with the space before it. */
const amountCells = 9
const titles = ['OPEN', 'TX', 'RX', '7D FLOWS', '7D TX', '7D RX']
const hostCells = 20
const userCells = 12

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
  const processCells = Math.max(
    12,
    columns - 3 - hostCells - userCells - titles.length * amountCells,
  )
  const line = (
    [host = '', process = '', user = '']: readonly string[],
    amounts: readonly string[],
  ) =>
    ` ${fitCells(host, hostCells, 'left')} ${fitCells(process, processCells, 'left')} ${fitCells(user, userCells, 'left')}${amounts
      .map((text) => text.padStart(amountCells))
      .join('')}`
  return [
    paint('title', ` Where in the fleet: ${formatFilter(elsewhere.filter)}`),
    `   now         ${nowText(store)}`,
    `   last week   ${elsewhere.recorded ? weekText(elsewhere.recorded) : 'asking ...'}`,
    '',
    paint('columns', line(['HOST', 'PROCESS', 'USER'], titles)),
    ...places.map((place) => line(place.names, amountsOf(place, elsewhere))),
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

function amountsOf({ now, recorded }: FoundPlace, elsewhere: Elsewhere): readonly string[] {
  const week = [recorded.flows, recorded.txBytes, recorded.rxBytes].map(formatQuantity)
  return [
    ...[now.openFlows, now.txBytes, now.rxBytes].map(formatQuantity),
    ...(elsewhere.recorded ? week : week.map(() => '...')),
  ]
}

const nowText = ({ coverage }: MonitorStore): string => coverage?.host ?? ''

const weekText = ({ coverage, rows }: Answer): string => {
  const places = rows.kind === 'totals' ? rows.groups.length : 0
  return `${coverage.host}: ${places === 1 ? '1 place' : `${places} places`}`
}

const missingOf = ({ recorded }: Elsewhere): readonly string[] =>
  recorded?.coverage.past?.missing ?? []
