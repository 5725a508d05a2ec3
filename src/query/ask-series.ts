import { boundsOf, type Measured } from './aggregate/bounds.ts'
import type { FinalRows } from './aggregate/final-rows.ts'
import { finalise, type FinalAnswer } from './aggregate/finalise.ts'
import { emptyState } from './aggregate/merge-states.ts'
import { binRange, coveredTime } from './aggregate/rate-scale.ts'
import { keyId } from './aggregate/ranking.ts'
import { settleTop } from './ask-top.ts'
import type { Asking, AskingOptions, SilentHost } from './asking.ts'
import { Course } from './course.ts'
import type { GroupKeyValues } from './keys-of-groups.ts'
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
  readonly key: GroupKeyValues
  /** Over the whole time; of everything together, flows count in each bin in which they are. */
  readonly values: readonly Measured[]
  /** One cell a bin. */
  readonly course: Course
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
  const keys = Array.from({ length: whole.rows.length }, (_, row) =>
    whole.rows.columns.keys.at(row),
  )
  const kept = atOnce?.byBins(keys)
  // Who does not wait for the second question has the groups without their courses.
  if (!kept && options.interrupted?.aborted) {
    const courses = coursesOf(question, { keys, bins: [], rows: whole.rows })
    return { ...seriesOf(whole, keys, courses), bins: [], silent: heard.silent }
  }
  const { partial, silent } = kept
    ? { partial: kept, silent: [] }
    : await asking.ask({ ...question, again: { kind: 'these', keys } }, options)
  const { rows, coverage } = finalise(question, partial, Infinity)
  const bins = binsOf(question, coverage)
  const courses = coursesOf(question, { keys, bins, rows })
  return { ...seriesOf(whole, keys, courses), bins, coverage, silent }
}

const seriesOf = (
  whole: FinalAnswer,
  keys: readonly GroupKeyValues[],
  courses: readonly Course[],
) => ({
  series: keys.map((key, i) => ({ key, values: whole.rows.valuesAt(i), course: courses[i]! })),
  whole,
  coverage: whole.coverage,
})

/** Of everything together: one question. */
async function askOneSeries(
  asking: Pick<Asking, 'ask'>,
  question: SeriesQuestion,
  options: AskingOptions,
): Promise<SeriesAnswer> {
  const all = { ...question, groupsSent: limits.seriesBinsMax }
  const { partial, silent } = await asking.ask(all, options)
  const { rows, coverage, total } = finalise(question, partial, Infinity)
  const bins = binsOf(question, coverage)
  const [course] = coursesOf(question, { keys: [[]], bins, rows })
  const series = [{ key: [], values: total, course: course! }]
  return { bins, series, whole: undefined, coverage, silent }
}

function binsOf(question: SeriesQuestion, coverage: readonly HostCoverage[]): readonly Bin[] {
  const { bin } = question
  const ranges = coverage.flatMap(({ covered }) => (covered ? [covered] : []))
  if (ranges.length === 0) return []
  const first = Math.floor(Math.min(...ranges.map(({ from }) => from)) / bin)
  const end = Math.ceil(Math.max(...ranges.map(({ to }) => to)) / bin)
  return Array.from({ length: end - first }, (_, i) => {
    const start = hostTime((first + i) * bin)
    return { start, recorded: coveredTime(coverage, binRange(question, start)) > 0 }
  })
}

interface Grid {
  readonly keys: readonly GroupKeyValues[]
  readonly bins: readonly Bin[]
  readonly rows: FinalRows
}

/** A course a key, of the rows that lie within the bins. */
function coursesOf({ measures, bin }: SeriesQuestion, { keys, bins, rows }: Grid) {
  const nothing = measures.map((measure) => boundsOf(measure, emptyState(measure), undefined))
  const ids = new Map(keys.map((key, i) => [keyId(key), i]))
  const places = keys.map(() => new Int32Array(bins.length).fill(Course.nowhere))
  const { keys: ofRows, bins: starts } = rows.columns
  const placesOf = ofRows.mapped((key) => places[ids.get(keyId(key)) ?? -1])
  const first = bins[0]?.start ?? 0
  for (let row = 0; row < rows.length; row++) {
    const at = ((starts?.[row] ?? NaN) - first) / bin
    const ofKey = placesOf(row)
    if (ofKey && at >= 0 && at < bins.length) ofKey[at] = row
  }
  return places.map((ofBins) => new Course(rows, ofBins, nothing))
}
