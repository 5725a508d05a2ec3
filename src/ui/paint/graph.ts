import type { MonitorStore } from '../store/monitor-store.ts'
import { brailleCurve } from '../text/braille-curve.ts'
import { formatRate, rateUnitLabel } from '../text/units.ts'
import type { ScreenSize } from '../terminal/screen.ts'
import type { Paint, Role } from '../theme/theme.ts'

/** Minutes that are shown: the fewest that hold what is known, at last the most. */
const spans = [1, 2, 5] as const
const minuteMs = 60_000
const labelCells = 10
const dotsPerCell = 2

/** Lines of the graph in a terminal of that height: none where rows are worth more. */
export const graphLines = (rows: number): number => (rows < 30 ? 0 : rows < 45 ? 2 : 3)

/** What was sent and received in the last minutes, side by side. */
export function paintGraph(
  { shown, unit }: MonitorStore,
  { columns, rows }: ScreenSize,
  paint: Paint,
): readonly string[] {
  const { coverage, course } = shown
  if (rows === 0 || !coverage || !course) return []
  const cells = Math.floor(columns / 2) - labelCells - 2
  const known = coverage.to - (course.since ?? coverage.to)
  const minutes = spans.find((span) => span * minuteMs >= known) ?? spans.at(-1)!
  const dots = cells * dotsPerCell
  const binMs = 1000 * Math.ceil((minutes * 60) / dots)
  const bins = course.bins(coverage.to, Math.round((minutes * minuteMs) / binMs), binMs)
  const half = (name: string, role: Role, values: readonly (number | undefined)[]) => {
    // As wide as there is room, whatever number of values there is.
    const drawn = Array.from(
      { length: dots },
      (_, dot) => values[Math.floor((dot * values.length) / dots)] ?? 0,
    )
    const most = formatRate(Math.max(...drawn), unit)
    const labels = [
      `${most}${rateUnitLabel[unit]}`,
      ...(rows > 2 ? [''] : []),
      `${name} ${minutes} min`,
    ]
    return brailleCurve(drawn, cells, rows).map(
      (line, i) =>
        paint('dim', (labels[i] ?? '').padStart(labelCells)) + ' ' + paintCurve(line, role, paint),
    )
  }
  const [tx, rx] = [half('TX', 'tx', bins.tx), half('RX', 'rx', bins.rx)]
  return tx.map((line, i) => `${line} ${rx[i]}`)
}

/** What is empty is stepped over: a frame has it every other second. */
function paintCurve(line: string, role: Role, paint: Paint): string {
  const empty = line.length - line.trimStart().length
  const step = empty === 0 ? '' : `\x1b[${empty}C`
  const drawn = line.trimStart().replace(/ {5,}/g, ({ length }) => `\x1b[${length}C`)
  return drawn === '' ? step : step + paint(role, drawn)
}
