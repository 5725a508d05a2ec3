import { sumsOfRates } from '../store/group-rates.ts'
import { ratesCanBeShort } from '../store/host-rates.ts'
import type { MonitorStore } from '../store/monitor-store.ts'
import { groupViews } from '../store/views.ts'
import { serviceName } from '../text/service-names.ts'
import { fitCells, truncateCells } from '../text/cells.ts'
import { formatQuantity, formatRate, formatTimeOfDay, rateUnitLabel } from '../text/units.ts'
import { noticesOf, sourceText, type Notice } from '../paint/notices.ts'

/** What the wallboard shows: text that is ready, and numbers. */
export interface BoardData {
  readonly title: string
  /** Bytes a second of the whole host, the latest last. */
  readonly sent: readonly number[]
  readonly received: readonly number[]
  /** Parts of all traffic of now, 0 to 1, largest first. */
  readonly shares: readonly { readonly name: string; readonly part: number }[]
  /** A line a process, of `talkerCells`. */
  readonly talkers: readonly string[]
  readonly courses: readonly { readonly name: string; readonly rates: readonly number[] }[]
  /** A line a service. */
  readonly services: readonly string[]
  /** What is missing, most urgent first. */
  readonly notices: readonly Notice[]
}

const sharesMost = 3
const coursesMost = 4
const talkersMost = 40

/** Names go into widgets that take braces for their own markup. */
const plain = (name: string) => name.replaceAll('{', '(').replaceAll('}', ')')

/** Cells inside the boxes. */
export interface BoardWidths {
  readonly main: number
  readonly side: number
}

export function boardData(store: MonitorStore, widths: BoardWidths): BoardData {
  const groups = store.groups.rows
  const rateOf = ({ txRate, rxRate }: (typeof groups)[number]) => (txRate ?? 0) + (rxRate ?? 0)
  const all = groups.reduce((sum, group) => sum + rateOf(group), 0)
  const nameOf = ({ names }: (typeof groups)[number]) => plain(names[0] ?? '')
  return {
    title: titleOf(store),
    ...courseOf(store),
    shares: groups.slice(0, sharesMost).map((group) => ({
      name: truncateCells(nameOf(group), Math.max(5, Math.floor(widths.side / sharesMost) - 2)),
      part: all === 0 ? 0 : rateOf(group) / all,
    })),
    talkers: groups.slice(0, talkersMost).map((group) =>
      talkerLine(widths.main, {
        process: nameOf(group),
        user: plain(group.names[1] ?? ''),
        amounts: [
          formatRate(group.txRate, store.unit),
          formatRate(group.rxRate, store.unit),
          formatQuantity(group.totals.txBytes),
          formatQuantity(group.totals.rxBytes),
        ],
        open: formatQuantity(group.totals.openFlows),
      }),
    ),
    courses: groups
      .filter(({ history }) => history !== undefined)
      .slice(0, coursesMost)
      .map((group) => ({
        name: truncateCells(nameOf(group), 24),
        rates: group.history?.last(60).map(Math.sqrt) ?? [],
      })),
    services: serviceLines(store, widths.side),
    notices: store.coverage ? noticesOf(store.coverage) : [],
  }
}

/** From the first second on that is known of the last minute. */
function courseOf({ shown: { course, coverage } }: MonitorStore) {
  if (!course || !coverage) return { sent: [], received: [] }
  const { tx, rx } = course.bins(coverage.to, 60, 1000)
  const first = tx.findIndex((rate) => rate !== undefined)
  const known = (rates: typeof tx) => (first < 0 ? [] : rates.slice(first).map((rate) => rate ?? 0))
  return { sent: known(tx), received: known(rx) }
}

interface Talker {
  readonly process: string
  readonly user: string
  readonly amounts: readonly string[]
  readonly open: string
}

const userCells = 10
const amountCells = 8
const openCells = 6
/** The least that a process gets: user and open flows go where there is less. */
const processCells = 14

/** A line of the table of processes. */
function talkerLine(width: number, { process, user, amounts, open }: Talker): string {
  let left = width - amounts.length * amountCells - processCells
  const hasUser = left >= userCells
  if (hasUser) left -= userCells
  const hasOpen = left >= openCells
  if (hasOpen) left -= openCells
  return [
    fitCells(process, processCells + left, 'left'),
    hasUser ? fitCells(` ${user}`, userCells, 'left') : '',
    ...amounts.map((amount) => amount.padStart(amountCells)),
    hasOpen ? open.padStart(openCells) : '',
  ].join('')
}

export function talkerHeading({ unit }: MonitorStore, width: number): string {
  const rate = rateUnitLabel[unit]
  return talkerLine(width, {
    process: 'PROCESS',
    user: 'USER',
    amounts: [`TX ${rate}`, `RX ${rate}`, 'TX TOT', 'RX TOT'],
    open: 'OPEN',
  })
}

function titleOf({ coverage, hostRates, unit }: MonitorStore): string {
  if (!coverage) return 'e2etop  waiting for the first answer of the recorder ...'
  const sign = ratesCanBeShort(coverage) ? '≥' : ''
  const rate = (bytes: number | undefined) =>
    `${sign}${formatRate(bytes, unit)}${rateUnitLabel[unit]}`
  const stale = coverage.stale === undefined ? '' : '   STALE'
  return `e2etop  ${plain(coverage.host)}  ${sourceText(coverage)}   TX ${rate(hostRates?.tx)}   RX ${rate(hostRates?.rx)}   ${formatTimeOfDay(coverage.to)}${stale}`
}

function serviceLines({ flows, unit }: MonitorStore, width: number): readonly string[] {
  const sums = sumsOfRates(flows.rows, groupViews.services)
  if (!sums) return []
  return [...sums]
    .map(([id, { tx, rx }]) => ({ port: (JSON.parse(id) as (number | null)[])[0], rate: tx + rx }))
    .filter(({ rate }) => rate > 0)
    .toSorted((a, b) => b.rate - a.rate)
    .map(
      ({ port, rate }) =>
        `${fitCells(serviceName(port ?? undefined), width - 10, 'left')} ${`${formatRate(rate, unit)}${rateUnitLabel[unit]}`.padStart(9)}`,
    )
}
