import type { Measured } from '../../query/aggregate/bounds.ts'
import type { SeriesAnswer } from '../../query/ask-series.ts'
import type { Course } from '../../query/course.ts'
import type { Measure, SeriesQuestion } from '../../query/question.ts'
import { bar, sparkline } from '../../ui/text/bars.ts'
import { cellWidth } from '../../ui/text/cells.ts'
import { keyColumn, linesBelow, valueText } from './answer-table.ts'
import { fittedTable, type FittedColumn } from './fitted-table.ts'
import { localTime, zoneAt } from './local-time.ts'
import { measureCell, measureTitle } from './measure-cells.ts'

/** A line a bin; or, of several groups, a line a group with its course as a small chart. */
export function seriesTable(question: SeriesQuestion, answer: SeriesAnswer, width: number): string {
  if (question.by.length > 0) return courseTable(question, answer, width)
  return answer.bins.length === 0 ? '' : binTable(question, answer, width)
}

interface BinLine {
  readonly time: string
  readonly values: readonly Measured[] | undefined
}

const barCells = 24

function binTable(
  { measures }: SeriesQuestion,
  { bins, series }: SeriesAnswer,
  width: number,
): string {
  const course = series[0]?.course
  const most = course?.largest() ?? 0
  const lines = bins.map(({ start, recorded }, i): BinLine => ({
    time: localTime(start),
    values: recorded ? course?.at(i) : undefined,
  }))
  return fittedTable<BinLine>(
    [
      { title: `TIME (${zoneAt(bins[0]!.start)})`, align: 'left', cell: ({ time }) => time },
      ...measures.map((measure, i): FittedColumn<BinLine> => ({
        title: measureTitle(measure),
        align: 'right',
        cell: ({ values }) => (values ? measureCell(measure, values[i]!) : '-'),
      })),
      {
        title: '',
        align: 'left',
        cell: ({ values }) =>
          values ? bar((values[0]?.value ?? 0) / (most || 1), barCells) : 'not recorded',
      },
    ],
    lines,
    width,
  )
}

/** A group with its course, or what stands below them without one. */
interface CourseLine {
  readonly key: readonly string[]
  readonly values: readonly Measured[]
  readonly course: Course | undefined
}

/** A chart may take so many cells at least, whatever else there is. */
const chartCellsMin = 16

function courseTable(question: SeriesQuestion, answer: SeriesAnswer, width: number): string {
  const { by, measures } = question
  const keys = by.map((key, i): FittedColumn<CourseLine> => ({
    ...keyColumn(key),
    align: 'left',
    cell: (line) => line.key[i] ?? '',
  }))
  const numbers = measures.map((measure, i): FittedColumn<CourseLine> => ({
    title: measureTitle(measure),
    align: 'right',
    cell: ({ values }) => measureCell(measure, values[i]!),
  }))
  const peak: FittedColumn<CourseLine> = {
    title: 'PEAK',
    align: 'right',
    cell: ({ course }) => (course ? peakCell(measures[0]!, course) : ''),
  }
  const lines = linesOf(question, answer)
  if (answer.bins.length === 0) return fittedTable([...keys, ...numbers], lines, width)
  const left = [...keys, ...numbers, peak]
  const text = fittedTable(left, lines, width - chartCellsMin - 2)
  const leftWidth = Math.max(...text.split('\n').map(cellWidth))
  const chart = charts(question, answer, Math.max(chartCellsMin, width - leftWidth - 2))
  const drawn: FittedColumn<CourseLine> = {
    title: chart.title,
    align: 'left',
    cell: ({ course }) => (course ? chart.drawn(course) : ''),
  }
  return fittedTable([...left, drawn], lines, width)
}

function linesOf({ by }: SeriesQuestion, { series, whole }: SeriesAnswer): readonly CourseLine[] {
  const groups = series.map(({ key, values, course }) => ({
    key: key.map((value, i) => valueText(by[i]!, value)),
    values,
    course,
  }))
  const below = whole ? linesBelow(whole, series.length) : []
  return [
    ...groups,
    ...below.map(({ name, values }) => ({ key: [name], values, course: undefined })),
  ]
}

function peakCell(measure: Measure, course: Course): string {
  let peak = 0
  for (let bin = 1; bin < course.bins; bin++)
    if ((course.valueAt(bin, 0) ?? 0) > (course.valueAt(peak, 0) ?? 0)) peak = bin
  return course.bins > 0 ? measureCell(measure, course.at(peak)[0]!) : '-'
}

interface Charts {
  /** The first and the last time. */
  readonly title: string
  /** As high as its own largest bin. */
  readonly drawn: (course: Course) => string
}

const minuteMs = 60_000

function charts({ bin }: SeriesQuestion, { bins }: SeriesAnswer, cellsMax: number): Charts {
  const binsACell = Math.ceil(bins.length / cellsMax)
  const [begin, end] = [bins[0]!.start, bins.at(-1)!.start + bin]
  const isOneDay = localTime(begin).slice(0, 10) === localTime(end - 1).slice(0, 10)
  const short = (ms: number) => localTime(ms).slice(isOneDay ? 11 : 5, bin < minuteMs ? 19 : 16)
  const last = `${short(end)}${zoneAt(end)}`
  const room = Math.ceil(bins.length / binsACell) - last.length - 1
  return {
    title: `${short(begin).padEnd(room)} ${last}`,
    drawn(course) {
      const numbers: (number | undefined)[] = []
      for (let i = 0; i < bins.length; i += binsACell) {
        const isKnown = bins.slice(i, i + binsACell).some(({ recorded }) => recorded)
        numbers.push(isKnown ? course.largest(i, i + binsACell) : undefined)
      }
      return sparkline(numbers, course.largest())
    },
  }
}
