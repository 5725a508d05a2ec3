import { boundsOf, type Measured } from './aggregate/bounds.ts'
import { finalise, type FinalAnswer, type FinalRow } from './aggregate/finalise.ts'
import { emptyState } from './aggregate/merge-states.ts'
import { nameId } from './aggregate/ranking.ts'
import { binRange, coveredTime } from './aggregate/rate-scale.ts'
import { askTop } from './ask-top.ts'
import type { Asking, AskingOptions, SilentHost } from './asking.ts'
import type { HostCoverage } from './partial-answer.ts'
import type { Question } from './question.ts'
import { hostTime, type HostTime, type Millis } from '../model/quantity.ts'

/** A question with bins. */
export type SeriesQuestion = Question & { readonly bin: Millis }

export interface SeriesAnswer {
  /** Ascending, without holes, over the time that hosts have recorded of what was asked. */
  readonly bins: readonly Bin[]
  /** Largest first. */
  readonly series: readonly Series[]
  /** Over the whole time: of the series, of the other groups, and of all. */
  readonly whole: FinalAnswer
  readonly silent: readonly SilentHost[]
}

export interface Bin {
  readonly start: HostTime
  /** False where no host recorded at any moment of it: its numbers are not known. */
  readonly recorded: boolean
}

export interface Series {
  readonly row: Pick<FinalRow, 'key' | 'values' | 'certified'>
  /** One a bin, each one a measure. */
  readonly cells: readonly (readonly Measured[])[]
}

/**
 * How the `most` largest groups ran over time: first which they are, then their numbers in every bin, so that no cell is
 * short because it was small on some host.
 */
export async function askSeries(
  asking: Pick<Asking, 'ask'>,
  question: SeriesQuestion,
  most: number,
  options: AskingOptions,
): Promise<SeriesAnswer> {
  const { bin: _, ...overall } = question
  const { final: whole } = await askTop(asking, overall, most, options)
  const starts = binStarts(question, whole.coverage)
  const groups = whole.rows.flatMap(({ key }) => starts.map((bin) => ({ key, bin })))
  const { partial, silent } = await asking.ask(
    { ...question, again: { kind: 'these', groups } },
    options,
  )
  const cells = finalise(question, partial, Infinity)
  const known = new Map(cells.rows.map((row) => [nameId(row), row.values]))
  const nothing = question.measures.map((measure) =>
    boundsOf(measure, emptyState(measure), undefined),
  )
  return {
    bins: starts.map((start) => ({
      start,
      recorded: coveredTime(cells.coverage, binRange(question, start)) > 0,
    })),
    series: whole.rows.map((row) => ({
      row,
      cells: starts.map((bin) => known.get(nameId({ key: row.key, bin })) ?? nothing),
    })),
    whole: { ...whole, coverage: cells.coverage },
    silent,
  }
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
