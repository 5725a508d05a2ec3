import { seriesRole, type ChartAxes, type Curve } from '../../ui/charts/curves.ts'
import { paintRuns } from '../../ui/paint/painted-runs.ts'
import type { StudyStyle } from './study-format.ts'

const chartRows = 18

interface StudyChart {
  readonly title: string
  readonly curves: readonly Curve[]
  readonly axes: ChartAxes
}

/** What stands below the tables of a study, as lines; nothing of a single value, and where nothing can draw it, that. */
export function studyChart({ title, curves, axes }: StudyChart, style: StudyStyle): string {
  const { draw, paint, width } = style
  if (curves.every(({ values }) => values.length < 2)) return ''
  if (draw === undefined) return `\n${title}: no chart, blessed-contrib cannot be loaded\n`
  const lines = paintRuns(draw(curves, { columns: width, rows: chartRows }, axes), paint)
  return ['', title, ...lines, legendOf(curves, style), ''].join('\n')
}

/** Below and not in the chart, where it would hide what the curves do at the top right. */
const legendOf = (curves: readonly Curve[], { paint }: StudyStyle) =>
  `     ${curves.map(({ title }, i) => `${paint(seriesRole(i), '━━')} ${title}`).join('   ')}`
