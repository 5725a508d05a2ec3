import { paintRuns } from './painted-runs.ts'
import type { DrawCurves } from '../charts/curves.ts'
import { screenLimits } from '../../model/screen-limits.ts'
import { flowsOf } from '../store/flows-of-group.ts'
import type { MonitorStore } from '../store/monitor-store.ts'
import type { History } from '../store/rate-history.ts'
import type { FlowRow } from '../store/rows.ts'
import { brailleCurve, brailleLine } from '../text/braille-curve.ts'
import { fitCells } from '../text/cells.ts'
import { formatRate, formatRtt, rateUnitLabel } from '../text/units.ts'
import type { Paint, Role } from '../theme/theme.ts'

const curveRows = 5
/** Of a picture with axes. */
const drawnRows = 9
const drawnCellsMax = 100
const labelCells = 10
/** Two seconds a cell. */
const curveCells = screenLimits.rateHistoryLength / 2
/** Of one picture, with its labels and the space beside the next. */
const pictureCells = labelCells + curveCells + 4

interface Picture {
  readonly title: string
  /** Painted. */
  readonly lines: readonly string[]
}

/** A curve by itself. */
interface Curve {
  readonly title: string
  readonly role: Role
  /** At the top and at the bottom. */
  readonly labels: readonly [most: string, least: string]
  readonly lines: readonly string[]
}

export interface CourseDrawing {
  readonly columns: number
  readonly paint: Paint
  /** Draws with axes; without it a curve has its largest and least value beside it. */
  readonly draw: DrawCurves | undefined
}

/** How the selected row ran in the last minute: its rates, and its round trips where there are any. */
export function detailCourses(store: MonitorStore, drawing: CourseDrawing): readonly string[] {
  const { columns, paint } = drawing
  const { selected } = store.table
  if (!selected) return []
  const flow = 'names' in selected ? selected.flow : selected
  const members = flow ? [flow] : 'names' in selected ? flowsOf(store, selected) : []
  const rates = rateCurve(selected.history, store).map((curve) => pictureOf(curve, paint))
  const isBeside = rates.length > 0 && columns >= 2 * pictureCells
  const room = isBeside ? columns - pictureCells : columns
  const pictures = [
    ...rates,
    ...rttPicture(members, flow === undefined, { ...drawing, columns: room }),
  ]
  if (pictures.length === 2 && isBeside) return beside(pictures, paint)
  return pictures.flatMap(({ title, lines }) => ['', paint('title', ` ${title}`), ...lines])
}

function rateCurve(history: History | undefined, { unit }: MonitorStore): readonly Curve[] {
  if (!history) return []
  const values = history.last(Infinity)
  const most = `${formatRate(Math.max(...values), unit)}${rateUnitLabel[unit]}`
  return [
    {
      title: `The last ${values.length} s, sent and received`,
      role: 'spark',
      labels: [most, '0'],
      lines: brailleCurve(values, curveCells, curveRows),
    },
  ]
}

/** Only seconds in which something moved have a round trip: without packets none is measured. */
function rttPicture(
  flows: readonly FlowRow[],
  isOfMany: boolean,
  { columns, paint, draw }: CourseDrawing,
): readonly Picture[] {
  const values = medians(flows)
  const known = values.filter((value) => value > 0)
  if (known.length === 0) return []
  const [least, most] = [Math.min(...known), Math.max(...known)]
  const title = isOfMany ? 'Median round trip of its flows' : 'Round trip while it moved'
  if (draw && values.length > 1) {
    const size = { columns: Math.min(columns - 1, drawnCellsMax), rows: drawnRows }
    // What moves little would be a flat line over nothing.
    const lowest = least > most / 2 ? Math.floor(least * 0.9) / 1000 : 0
    const drawn = draw([{ title: '', values: heldBetween(values) }], size, { least: lowest })
    return [{ title: `${title}, ms`, lines: paintRuns(drawn, paint) }]
  }
  const labels = [`${formatRtt(most)} ms`, least === most ? '' : `${formatRtt(least)} ms`] as const
  const lines = brailleLine(values, { least, most }, curveCells, curveRows)
  return [pictureOf({ title, role: 'rx', labels, lines }, paint)]
}

/** In ms; where nothing moved the kernel's estimate stays what it was. */
function heldBetween(values: readonly number[]): readonly number[] {
  let last = values.find((value) => value > 0) ?? 0
  return values.map((value) => (last = value > 0 ? value : last) / 1000)
}

/** Of the round trips in each second, the latest last; 0 where none was measured. */
function medians(flows: readonly FlowRow[]): readonly number[] {
  const all = flows.flatMap(({ rtts }) => (rtts ? [rtts.last(Infinity)] : []))
  const length = Math.max(0, ...all.map((rtts) => rtts.length))
  return Array.from({ length }, (_, i) => {
    const told = all
      .map((rtts) => rtts[i - length + rtts.length] ?? 0)
      .filter((rtt) => rtt > 0)
      .toSorted((a, b) => a - b)
    return told[Math.floor((told.length - 1) / 2)] ?? 0
  })
}

function pictureOf({ title, role, labels, lines }: Curve, paint: Paint): Picture {
  const [most, least] = labels
  return {
    title,
    lines: lines.map((line, i) => {
      const label = i === 0 ? most : i === lines.length - 1 ? least : ''
      return ` ${paint('dim', label.padStart(labelCells))} ${paint(role, line)}`
    }),
  }
}

function beside([left, right]: readonly Picture[], paint: Paint): readonly string[] {
  if (!left || !right) return []
  const height = Math.max(left.lines.length, right.lines.length)
  // A curve is as wide as it can be, so that the picture beside it begins where it should.
  const space = ' '.repeat(pictureCells - labelCells - curveCells - 2)
  const blank = ' '.repeat(pictureCells)
  return [
    '',
    paint('title', ` ${fitCells(left.title, pictureCells - 1, 'left')} ${right.title}`),
    ...Array.from({ length: height }, (_, i) => {
      const line = left.lines[i]
      return (line === undefined ? blank : line + space) + (right.lines[i] ?? '')
    }),
  ]
}
