import { hostTime, type HostTime } from '../../model/quantity.ts'
import type { TimelineBin, TimelineQuery } from '../../query/timeline.ts'
import { formatFilter } from '../../query/filter/format-filter.ts'
import type { MonitorStore } from '../store/monitor-store.ts'
import type { ScreenSize } from '../terminal/screen.ts'
import { column } from '../text/bars.ts'
import { formatQuantity } from '../text/units.ts'
import type { Paint, Role } from '../theme/theme.ts'
import { segment, type Segment } from './line.ts'

/** In front of the strip: what its height is, and how long a cell. */
const marginCells = 8

/** Windows that a strip has room for. */
export const timelineCells = (columns: number): number => Math.max(1, columns - marginCells - 1)

/** Lines of the strip, its times included. */
export const timelineLines = (rows: number): number => (rows < 30 ? 2 : rows < 45 ? 3 : 4)

/** The moment under the pointer; undefined in the margin. */
export function timelineAt({ timeline }: MonitorStore, at: number): HostTime | undefined {
  const { asked } = timeline
  const cell = at - marginCells
  if (!asked || cell < 0 || cell >= cellsOf(asked)) return undefined
  return hostTime(asked.range.from + cell * asked.bin)
}

const cellsOf = ({ range, bin }: TimelineQuery) => Math.round((range.to - range.from) / bin)

/** What was recorded over time, a cell a window: columns of it, and their times with a mark at the window shown. */
export function paintTimeline(
  { timeline, time }: MonitorStore,
  { rows }: ScreenSize,
  paint: Paint,
): readonly string[] {
  const { asked, heard } = timeline
  const shown = time.range
  if (!asked || !shown || rows < 2) return []
  const bins = new Map((isOf(heard, asked) ? heard!.bins : []).map((bin) => [bin.start, bin]))
  const cells = Array.from({ length: cellsOf(asked) }, (_, i): Cell => {
    const start = hostTime(asked.range.from + i * asked.bin)
    return { start, bin: bins.get(start), isShown: start === shown.from }
  })
  const most = Math.max(0, ...cells.map(({ bin }) => bin?.bytes ?? 0))
  const bars = rows - 1
  const sign = heard && heard.missing.length > 0 ? '≥' : ''
  return [
    ...Array.from({ length: bars }, (_, line) => {
      const label = line > 0 ? '' : bins.size === 0 ? '...' : `${sign}${formatQuantity(most)}B`
      const segments = cells.map((cell) => barOf(cell, { most, bars, line }))
      return painted([segment('dim', label.padStart(marginCells - 1) + ' '), ...segments], paint)
    }),
    painted(
      [
        segment('dim', lengthText(asked.bin).padStart(marginCells - 1) + ' '),
        ...timesOf(cells, asked.bin),
      ],
      paint,
    ),
  ]
}

interface Cell {
  readonly start: HostTime
  /** Undefined where it is not known yet. */
  readonly bin: TimelineBin | undefined
  readonly isShown: boolean
}

/** Steps of the same length leave a strip of other flows, or lengths, behind. */
const isOf = (heard: TimelineQuery | undefined, asked: TimelineQuery): boolean =>
  heard !== undefined &&
  heard.bin === asked.bin &&
  whereText(heard) === whereText(asked) &&
  heard.host === asked.host

const whereText = ({ where }: TimelineQuery) => (where ? formatFilter(where) : '')

/** Square roots, as of all small curves: a burst must not flatten the rest. */
function barOf(
  { bin, isShown }: Cell,
  { most, bars, line }: { readonly most: number; readonly bars: number; readonly line: number },
): Segment {
  const below = bars - 1 - line
  const role: Role = isShown ? 'selected' : bin?.hasGap ? 'warning' : 'spark'
  if (!bin) return segment(role, ' ')
  if (!bin.bytes) {
    const sign = bin.hasGap ? '×' : bin.bytes === undefined ? '·' : ' '
    return segment(isShown || bin.hasGap ? role : 'dim', below === 0 ? sign : ' ')
  }
  const eighths = Math.max(1, Math.round(Math.sqrt(bin.bytes / most) * bars * 8))
  return segment(role, column(eighths - 8 * below))
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
/** Between two times that are written out. */
const steps = [
  ...[5, 10, 15, 30].map((minutes) => minutes * minuteMs),
  ...[1, 2, 3, 6, 12].map((hours) => hours * hourMs),
  ...[1, 2, 7, 14, 28, 91, 364].map((days) => days * dayMs),
]
const labelCells = 9

/** Times under their cells, the mark of the window shown, and of gaps where there is room. */
function timesOf(cells: readonly Cell[], bin: number): readonly Segment[] {
  const step = steps.find((one) => one % bin === 0 && one >= labelCells * bin) ?? 364 * dayMs
  const line: Segment[] = cells.map(({ bin }) =>
    bin?.hasGap && bin.bytes ? segment('warning', '!') : segment('dim', ' '),
  )
  const at = cells.findIndex(({ isShown }) => isShown)
  for (const [i, { start }] of cells.entries()) {
    const whole = `└${timeText(start, step)}`
    if (start % step !== 0 || i + whole.length > line.length) continue
    // A time with a mark in the place of a digit would be another time.
    const text = i < at && at < i + whole.length ? '└' : whole
    for (let k = 0; k < text.length; k++) line[i + k] = segment('dim', text.charAt(k))
  }
  if (at >= 0) line[at] = segment('key', '▲')
  return line
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** 14:05Z, and of a midnight its day. */
function timeText(ms: number, step: number): string {
  const date = new Date(ms)
  return step >= dayMs || ms % dayMs === 0
    ? `${months[date.getUTCMonth()]} ${date.getUTCDate()}`
    : `${date.toISOString().slice(11, 16)}Z`
}

const lengthText = (ms: number): string =>
  ms < hourMs ? `${ms / minuteMs} min` : ms < dayMs ? `${ms / hourMs} h` : `${ms / dayMs} d`

/** Neighbours of one role are painted as one. */
function painted(segments: readonly Segment[], paint: Paint): string {
  let line = ''
  let run: Segment | undefined
  for (const one of segments) {
    if (run?.role === one.role) run = segment(one.role, run.text + one.text)
    else {
      if (run) line += paint(run.role, run.text)
      run = one
    }
  }
  return run ? line + paint(run.role, run.text) : line
}
