import { boundsOf, type Measured } from './aggregate/bounds.ts'
import { ByName } from './aggregate/by-name.ts'
import { finalise, type FinalAnswer, type FinalRow } from './aggregate/finalise.ts'
import { emptyState } from './aggregate/merge-states.ts'
import { binRange, coveredTime } from './aggregate/rate-scale.ts'
import { settleTop } from './ask-top.ts'
import type { Asking, AskingOptions, SilentHost } from './asking.ts'
import type { HostCoverage } from './partial-answer.ts'
import type { SeriesQuestion } from './question.ts'
import { limits } from '../model/limits.ts'
import { hostTime, type HostTime } from '../model/quantity.ts'

export interface SeriesAnswer {
  /** Ascending, without holes, over the time that hosts have recorded of what was asked. */
  readonly bins: readonly Bin[]
  /** Largest first. */
  readonly series: readonly Series[]
  /** Over the whole time: of the series, of the other groups, and of all. Undefined where there is one group only. */
  readonly whole: FinalAnswer | undefined
  readonly coverage: readonly HostCoverage[]
  readonly silent: readonly SilentHost[]
}

export interface Bin {
  readonly start: HostTime
  /** False where no host recorded at any moment of it: its numbers are not known. */
  readonly recorded: boolean
}

export interface Series {
  readonly key: FinalRow['key']
  /** Over the whole time; of everything together, flows count in each bin in which they are. */
  readonly values: FinalRow['values']
  /** One a bin, each one a measure. */
  readonly cells: readonly (readonly Measured[])[]
}

/**
 * How the `most` largest groups ran over time: first which they are, then their numbers in every bin, so that no cell is
 * short because it was small on some host. This host alone reads its log once for both.
 */
export async function askSeries(
  asking: Pick<Asking, 'ask' | 'askWithBins'>,
  question: SeriesQuestion,
  most: number,
  options: AskingOptions,
): Promise<SeriesAnswer> {
  if (question.by.length === 0) return askOneSeries(asking, question, options)
  const { bin: _, ...overall } = question
  const atOnce = await asking.askWithBins?.(question, overall, options)
  const heard = atOnce
    ? { partial: atOnce.overall, silent: [] }
    : await asking.ask(overall, options)
  const { final: whole } = await settleTop(
    asking,
    { question: overall, rows: most, heard },
    options,
  )
  const starts = binStarts(question, whole.coverage)
  const groups = whole.rows.flatMap(({ key }) => starts.map((bin) => ({ key, bin })))
  const again = { kind: 'these', groups } as const
  const kept = atOnce?.byBins(groups)
  const { partial, silent } = kept
    ? { partial: kept, silent: [] }
    : await asking.ask({ ...question, again }, options)
  const { rows, coverage } = finalise(question, partial, Infinity)
  const cells = cellsBy(question, rows)
  return {
    bins: binsOf(question, starts, coverage),
    series: whole.rows.map(({ key, values }) => ({ key, values, cells: starts.map(cells(key)) })),
    whole,
    coverage,
    silent,
  }
}

/** Of everything together: one question. */
async function askOneSeries(
  asking: Pick<Asking, 'ask'>,
  question: SeriesQuestion,
  options: AskingOptions,
): Promise<SeriesAnswer> {
  const all = { ...question, groupsSent: limits.seriesBinsMax }
  const { partial, silent } = await asking.ask(all, options)
  const { rows, coverage, total } = finalise(question, partial, Infinity)
  const starts = binStarts(question, coverage)
  const cells = starts.map(cellsBy(question, rows)([]))
  const series = [{ key: [], values: total, cells }]
  return { bins: binsOf(question, starts, coverage), series, whole: undefined, coverage, silent }
}

const binsOf = (
  question: SeriesQuestion,
  starts: readonly HostTime[],
  coverage: readonly HostCoverage[],
): readonly Bin[] =>
  starts.map((start) => ({
    start,
    recorded: coveredTime(coverage, binRange(question, start)) > 0,
  }))

/** The numbers of a group in a bin; where nothing of it was there, those of nothing. */
function cellsBy({ measures }: SeriesQuestion, rows: readonly FinalRow[]) {
  const known = new ByName<FinalRow['values']>()
  for (const row of rows) known.set(row, row.values)
  const nothing = measures.map((measure) => boundsOf(measure, emptyState(measure), undefined))
  return (key: FinalRow['key']) => (bin: HostTime) => known.get({ key, bin }) ?? nothing
}

function binStarts(
  { bin }: SeriesQuestion,
  coverage: readonly HostCoverage[],
): readonly HostTime[] {
  const ranges = coverage.flatMap(({ covered }) => (covered ? [covered] : []))
  if (ranges.length === 0) return []
  const first = Math.floor(Math.min(...ranges.map(({ from }) => from)) / bin)
  const end = Math.ceil(Math.max(...ranges.map(({ to }) => to)) / bin)
  return Array.from({ length: end - first }, (_, i) => hostTime((first + i) * bin))
}
