import type { Measured } from '../../query/aggregate/bounds.ts'
import type { Series, SeriesAnswer } from '../../query/ask-series.ts'
import type { Course } from '../../query/course.ts'
import type { Measure, SeriesQuestion } from '../../query/question.ts'
import { bar, sparkline } from '../../ui/text/bars.ts'
import { cellWidth } from '../../ui/text/cells.ts'
import { keyColumn, valueText } from './answer-table.ts'
import { fittedTable, type FittedColumn } from './fitted-table.ts'
import { localTime, zoneAt } from './local-time.ts'
import { measureCell, measureTitle } from './measure-cells.ts'

/** A line a bin; or, of several groups, a line a group with its course as a small chart. */
export function seriesTable(question: SeriesQuestion, answer: SeriesAnswer, width: number): string {
  if (answer.bins.length === 0) return ''
  return question.by.length === 0
    ? binTable(question, answer, width)
    : courseTable(question, answer, width)
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

/** A chart may take so many cells at least, whatever else there is. */
const chartCellsMin = 16

function courseTable(question: SeriesQuestion, answer: SeriesAnswer, width: number): string {
  const { by, measures } = question
  const keys = by.map((key, i): FittedColumn<Series> => ({
    ...keyColumn(key),
    align: 'left',
    cell: (one) => valueText(key, one.key[i]!),
  }))
  const numbers = measures.map((measure, i): FittedColumn<Series> => ({
    title: measureTitle(measure),
    align: 'right',
    cell: ({ values }) => measureCell(measure, values[i]!),
  }))
  const peak: FittedColumn<Series> = {
    title: 'PEAK',
    align: 'right',
    cell: ({ course }) => peakCell(measures[0]!, course),
  }
  const left = [...keys, ...numbers, peak]
  const text = fittedTable(left, answer.series, width - chartCellsMin - 2)
  const leftWidth = Math.max(...text.split('\n').map(cellWidth))
  const chart = charts(question, answer, Math.max(chartCellsMin, width - leftWidth - 2))
  const drawn: FittedColumn<Series> = {
    title: chart.title,
    align: 'left',
    cell: ({ course }) => chart.drawn(course),
  }
  return fittedTable([...left, drawn], answer.series, width)
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
