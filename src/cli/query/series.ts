import { limits } from '../../model/limits.ts'
import { millis, type HostTime, type Millis } from '../../model/quantity.ts'
import { askSeries, type SeriesAnswer } from '../../query/ask-series.ts'
import type { SeriesQuestion, TimeRange } from '../../query/question.ts'
import { readMeasures } from '../../query/words/measure-words.ts'
import { readSpan } from '../../query/words/time-words.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { answering, type Answering } from './answering.ts'
import { askedBasics, askedKeys, askedMeasures, askedNumber, said } from './asked-question.ts'
import { giveAnswer } from './give-answer.ts'
import { legend, nothingMatched } from './legend.ts'
import type { OutputFormat } from './output.ts'
import { seriesCsv } from './series-csv.ts'
import { seriesJson } from './series-json.ts'
import { seriesTable } from './series-table.ts'

const usualMeasures = said(readMeasures('bytes,tx,rx,flows'))
const usualNumber = 8

/** `e2etop series`: numbers over time. */
export const series = (request: Arguments): Promise<number> =>
  answering(request, (at) => {
    const { options } = request
    const basics = askedBasics(options, at)
    const by = askedKeys(options, [])
    const question: SeriesQuestion = {
      ...basics,
      by,
      measures: askedMeasures(options, usualMeasures),
      bin: askedBin(options.get('bin'), basics.range, at),
    }
    const most = by.length === 0 ? 1 : askedNumber(options, usualNumber)
    return (given) => answer(question, most, given)
  })

/** Sizes that people think in. */
const sizes = [
  '1s',
  '5s',
  '10s',
  '30s',
  '1m',
  '5m',
  '10m',
  '30m',
  '1h',
  '3h',
  '6h',
  '12h',
  '1d',
  '1w',
]
/** So many bins are seen at a glance. */
const binsWanted = 48

/** @throws UsageError */
function askedBin(text: string | undefined, { from, to }: TimeRange, at: HostTime): Millis {
  const length = Math.min(to, at) - from
  const fitting = sizes.find((size) => length / readSpan(size)! <= binsWanted) ?? '1w'
  if (text === undefined) return readSpan(fitting)!
  const bin = readSpan(text)
  if (bin === undefined || bin < 1)
    throw new UsageError(`--bin takes a time such as 5m, 1h or 1d, not '${text}'`)
  if (length / bin > limits.seriesBinsMax)
    throw new UsageError(
      `--bin ${text} makes more than ${limits.seriesBinsMax} bins of this time; ${fitting} would fit`,
    )
  return millis(bin)
}

async function answer(question: SeriesQuestion, most: number, given: Answering): Promise<number> {
  const { asking, options } = given
  const answered = await askSeries(asking, question, most, options)
  return giveAnswer(given, {
    asked: question,
    coverage: answered.coverage,
    silent: answered.silent,
    table: (width) => seriesTable(question, answered, width),
    json: () => seriesJson(question, answered),
    csv: () => seriesCsv(question, answered),
    notes: (format) => notesOf(question, answered, format),
  })
}

function notesOf(
  question: SeriesQuestion,
  { series, coverage }: SeriesAnswer,
  format: OutputFormat,
): readonly string[] {
  if (series.every(({ course }) => course.isEmpty)) return nothingMatched(question, coverage)
  return format === 'table' ? legend(question.measures, series) : []
}
