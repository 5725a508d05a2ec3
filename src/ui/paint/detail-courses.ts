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
const labelCells = 10
/** Two seconds a cell. */
const curveCells = screenLimits.rateHistoryLength / 2
/** Of one picture, with its labels and the space beside the next. */
const pictureCells = labelCells + curveCells + 4

interface Picture {
  readonly title: string
  readonly role: Role
  /** At the top and at the bottom. */
  readonly labels: readonly [most: string, least: string]
  readonly lines: readonly string[]
}

/** How the selected row ran in the last minute: its rates, and its round trips where there are any. */
export function detailCourses(
  store: MonitorStore,
  columns: number,
  paint: Paint,
): readonly string[] {
  const { selected } = store.table
  if (!selected) return []
  const flow = 'names' in selected ? selected.flow : selected
  const members = flow ? [flow] : 'names' in selected ? flowsOf(store, selected) : []
  const pictures = [
    ...ratePicture(selected.history, store),
    ...rttPicture(members, flow === undefined),
  ]
  if (pictures.length === 2 && columns >= 2 * pictureCells) return beside(pictures, paint)
  return pictures.flatMap((picture) => ['', ...pictureLines(picture, paint)])
}

function ratePicture(history: History | undefined, { unit }: MonitorStore): readonly Picture[] {
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
function rttPicture(flows: readonly FlowRow[], isOfMany: boolean): readonly Picture[] {
  const values = medians(flows)
  const known = values.filter((value) => value > 0)
  if (known.length === 0) return []
  const [least, most] = [Math.min(...known), Math.max(...known)]
  const title = isOfMany ? 'Median round trip of its flows' : 'Round trip while it moved'
  return [
    {
      title,
      role: 'rx',
      labels: [`${formatRtt(most)} ms`, `${formatRtt(least)} ms`],
      lines: brailleLine(values, { least, most }, curveCells, curveRows),
    },
  ]
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

function pictureLines({ title, role, labels, lines }: Picture, paint: Paint): readonly string[] {
  const [most, least] = labels
  return [
    paint('title', ` ${title}`),
    ...lines.map((line, i) => {
      const label = i === 0 ? most : i === lines.length - 1 ? least : ''
      return ` ${paint('dim', label.padStart(labelCells))} ${paint(role, line)}`
    }),
  ]
}

function beside(pictures: readonly Picture[], paint: Paint): readonly string[] {
  const [left = [], right = []] = pictures.map((picture) =>
    // Its curve is as wide as it can be, so that the next one begins where it should.
    pictureLines({ ...picture, title: fitCells(picture.title, pictureCells - 1, 'left') }, paint),
  )
  const space = ' '.repeat(pictureCells - labelCells - curveCells - 2)
  return ['', ...left.map((line, i) => (i === 0 ? line : line + space) + (right[i] ?? ''))]
}
