import type { Measured } from '../../query/aggregate/bounds.ts'
import type { Series, SeriesAnswer } from '../../query/ask-series.ts'
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
  const cells = series[0]?.cells
  const most = largest(cells ?? [])
  const lines = bins.map(({ start, recorded }, i): BinLine => ({
    time: localTime(start),
    values: recorded ? cells?.[i] : undefined,
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

const first = (values: readonly Measured[]): number => values[0]?.value ?? 0
const largest = (cells: readonly (readonly Measured[])[]) =>
  cells.reduce((most, values) => Math.max(most, first(values)), 0)

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
    cell: ({ cells }) => peakCell(measures[0]!, cells),
  }
  const left = [...keys, ...numbers, peak]
  const text = fittedTable(left, answer.series, width - chartCellsMin - 2)
  const leftWidth = Math.max(...text.split('\n').map(cellWidth))
  const chart = charts(question, answer, Math.max(chartCellsMin, width - leftWidth - 2))
  const course: FittedColumn<Series> = {
    title: chart.title,
    align: 'left',
    cell: ({ cells }) => chart.course(cells),
  }
  return fittedTable([...left, course], answer.series, width)
}

function peakCell(measure: Measure, cells: Series['cells']): string {
  const most = cells.reduce<readonly Measured[] | undefined>(
    (best, values) => (best && first(best) >= first(values) ? best : values),
    undefined,
  )
  return most ? measureCell(measure, most[0]!) : '-'
}

interface Charts {
  /** The first and the last time. */
  readonly title: string
  /** As high as its own largest bin. */
  readonly course: (cells: Series['cells']) => string
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
    course(cells) {
      const numbers: (number | undefined)[] = []
      for (let i = 0; i < bins.length; i += binsACell) {
        const isKnown = bins.slice(i, i + binsACell).some(({ recorded }) => recorded)
        numbers.push(isKnown ? largest(cells.slice(i, i + binsACell)) : undefined)
      }
      return sparkline(numbers, largest(cells))
    },
  }
}
