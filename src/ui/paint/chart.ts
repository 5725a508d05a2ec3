import { curvesMax, seriesRole, type Curve, type DrawCurves } from '../charts/curves.ts'
import type { MonitorStore } from '../store/monitor-store.ts'
import { crumbOf, type FlowRow, type GroupRow } from '../store/rows.ts'
import { groupViewOf } from '../store/views.ts'
import { sparkline } from '../text/bars.ts'
import { brailleCurve } from '../text/braille-curve.ts'
import type { Segment } from './line.ts'
import { fitCells } from '../text/cells.ts'
import { formatRate, rateScale, rateUnitLabel, type RateScale } from '../text/units.ts'
import type { ScreenSize } from '../terminal/screen.ts'
import type { Paint } from '../theme/theme.ts'
import { donut, donutCells } from './donut.ts'
import { endpointText } from './flow-columns.ts'
import { paintRuns } from './painted-runs.ts'

/** Answers with rates that make a curve. */
const secondsLeast = 2

/** Beside the legend is room for a ring from this width on; a flatter one could not be read. */
const ringFrom = 96
const ringLinesMin = 4

/** How a chart is drawn here. */
export interface ChartDrawing {
  readonly paint: Paint
  /** Undefined where there is none, or colours could not tell curves apart: then each has a chart of its own. */
  readonly draw: DrawCurves | undefined
}

interface ChartRow {
  readonly title: string
  readonly rate: number
  readonly curve: Curve
}

/** Traffic over the last minute of the rows that move most. */
export function chartLines(
  store: MonitorStore,
  { columns, rows }: ScreenSize,
  { paint, draw }: ChartDrawing,
): readonly string[] {
  const shown = chartRows(store)
  const what = store.view === 'flows' ? 'flow' : groupViewOf(store.view).one
  const scale = rateScale(Math.max(...shown.flatMap(({ curve }) => curve.values)), store.unit)
  const heading = paint(
    'title',
    ` Traffic by ${what} in ${scale.label}, the last ${shown[0]?.curve.values.length ?? 0} s`,
  )
  if (shown.length === 0) return [heading, '', '   Nothing has moved yet.']
  const height = rows - shown.length - 3
  const size = { columns: columns - 1, rows: height }
  // Without colours curves that cross cannot be told apart.
  const isColoured = paint(seriesRole(0), 'x') !== paint(seriesRole(1), 'x')
  const isCurve = (shown[0]?.curve.values.length ?? 0) >= secondsLeast
  const chart =
    draw && isColoured && isCurve && height >= 8
      ? together(shown, size, { paint, draw, scale })
      : []
  const ring =
    columns >= ringFrom && shown.length >= ringLinesMin ? ringLines(shown, allRates(store)) : []
  const room = ring.length > 0 ? columns - donutCells(ring.length) - 2 : columns
  const legend = shown.map((row, i) => legendLine(row, i, { store, columns: room, paint }))
  const beside = legend.map((line, i) => [line, paintRing(ring[i], paint)].join(''))
  if (chart.length > 0) return [heading, ...chart, '', ...beside]
  return [heading, '', ...apart(shown, { columns, rows: rows - 2 }, store, paint)]
}

/** What all rows move now, of which only some have a curve. */
const allRates = ({ view, flows, shown }: MonitorStore): number =>
  (view === 'flows' ? flows.rows : shown.groups).reduce(
    (sum, { txRate, rxRate }) => sum + (txRate ?? 0) + (rxRate ?? 0),
    0,
  )

/** Their parts of it as a ring. */
const ringLines = (shown: readonly ChartRow[], all: number) =>
  donut(
    shown.map(({ rate }) => (all === 0 ? 0 : rate / all)),
    shown.length,
  )

const paintRing = (line: readonly Segment[] | undefined, paint: Paint): string =>
  line === undefined ? '' : `  ${line.map(({ role, text }) => paint(role, text)).join('')}`

function chartRows({ view, flows, shown }: MonitorStore): readonly ChartRow[] {
  const rows: readonly (FlowRow | GroupRow)[] = view === 'flows' ? flows.rows : shown.groups
  const rateOf = ({ txRate, rxRate }: FlowRow | GroupRow) => (txRate ?? 0) + (rxRate ?? 0)
  const moving = rows
    .flatMap((row) => (row.history ? [{ row, rates: row.history.last(Infinity) }] : []))
    .toSorted((a, b) => rateOf(b.row) - rateOf(a.row))
    .slice(0, curvesMax)
  const seconds = Math.max(0, ...moving.map(({ rates }) => rates.length))
  return moving.map(({ row, rates }) => {
    // A row that came later was at rest before; what was before all of them nobody has seen.
    const before = Array.from({ length: seconds - rates.length }, () => 0)
    const title = titleOf(row)
    return { title, rate: rateOf(row), curve: { title, values: [...before, ...rates] } }
  })
}

const titleOf = (row: FlowRow | GroupRow): string =>
  'names' in row
    ? crumbOf(row.names)
    : `${row.process} ${endpointText(row.flow.remoteAddress, row.flow.remotePort, 47)}`

interface Together {
  readonly paint: Paint
  readonly draw: DrawCurves
  readonly scale: RateScale
}

/** All curves in one chart. */
function together(
  shown: readonly ChartRow[],
  size: ScreenSize,
  { paint, draw, scale }: Together,
): readonly string[] {
  const lines = draw(
    shown.map(({ curve: { title, values } }) => ({
      title,
      values: values.map((rate) => rate / scale.factor),
    })),
    size,
  )
  return paintRuns(lines, paint)
}

/** The curves' names; their own small pictures tell them apart where colours do not. */
function legendLine(
  { title, rate, curve }: ChartRow,
  place: number,
  { store, columns, paint }: { store: MonitorStore; columns: number; paint: Paint },
): string {
  const roots = curve.values.slice(-30).map(Math.sqrt)
  const spark = sparkline(roots, Math.max(...roots))
  const text = fitCells(title, Math.max(10, Math.min(60, columns - 50)), 'left')
  const amount = `${formatRate(rate, store.unit)}${rateUnitLabel[store.unit]}`.padStart(9)
  return ` ${paint(seriesRole(place), `━━ ${text}`)} ${amount}  ${paint(seriesRole(place), spark)}`
}

/** A chart for each, one above the other. */
function apart(
  shown: readonly ChartRow[],
  { columns, rows }: ScreenSize,
  { unit }: MonitorStore,
  paint: Paint,
): readonly string[] {
  const height = Math.max(2, Math.min(6, Math.floor(rows / shown.length) - 1))
  return shown.flatMap(({ title, curve }, i) => {
    const most = `${formatRate(Math.max(...curve.values), unit)}${rateUnitLabel[unit]}`
    const lines = brailleCurve(curve.values, Math.min(columns - 14, 60), height)
    return [
      ` ${paint('crumb', fitCells(title, columns - 2, 'left'))}`,
      ...lines.map(
        (line, y) =>
          ` ${paint('dim', (y === 0 ? most : '').padStart(10))} ${paint(seriesRole(i), line)}`,
      ),
    ]
  })
}
