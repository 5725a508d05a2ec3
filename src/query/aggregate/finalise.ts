import type { Millis } from '../../model/quantity.ts'
import type { HostCoverage, PartialAnswer, Rest } from '../partial-answer.ts'
import type { PartialGroups } from '../partial-groups.ts'
import type { Question } from '../question.ts'
import { boundsAt, boundsOf, type Measured } from './bounds.ts'
import { FinalRows } from './final-rows.ts'
import type { MeasureState } from './measure-state.ts'
import { exactColumn, firstRows, measuredColumn, type MeasuredColumn } from './measured-column.ts'
import { RateScale } from './rate-scale.ts'
import { ranked } from './ranking.ts'
import { mergedStates } from './state-column.ts'

/** An answer in numbers. Rows and rest make up the total. */
export interface FinalAnswer {
  /** By the first measure, largest first; with bins in no order, because who shows them has a place for each. */
  readonly rows: FinalRows
  /** Of the groups that have no row; undefined where all have. */
  readonly rest: FinalRest | undefined
  /** Of all flows, measure by measure. */
  readonly total: readonly Measured[]
  /** Over which rates without a bin were taken: the recorded time within the range. */
  readonly rateOver: Millis
  readonly coverage: readonly HostCoverage[]
}

export interface FinalRest {
  /** At most so many: a group that two hosts did not send counts twice. */
  readonly groups: number
  readonly values: readonly Measured[]
}

/** The numbers of an answer, in at most `rows` rows. Averages, rates and quantiles are made here and nowhere else. */
export function finalise(question: Question, partial: PartialAnswer, rows: number): FinalAnswer {
  const { measures, range, bin } = question
  const shown = Math.min(rows, partial.groups.length)
  const isAnyOrder = bin !== undefined && shown === partial.groups.length
  const groups = isAnyOrder ? partial.groups : ranked(partial.groups, measures[0]!, shown)
  const { states } = groups.columns
  const rest = states.map((column, i) => mergedStates(column, partial.rest.states[i]!, shown))
  const total = states.map((column, i) => mergedStates(column, rest[i]!, 0, shown))
  const scale = new RateScale(partial.coverage)
  const values = (of: readonly MeasureState[]) =>
    of.map((state, i) => scale.of(measures[i]!, boundsOf(measures[i]!, state, undefined), range))
  const restGroups = groups.length - shown + partial.rest.groups
  return {
    rows: rowsOf({ question, groups, rest: partial.rest }, shown, scale),
    rest: restGroups > 0 ? { groups: restGroups, values: values(rest) } : undefined,
    total: values(total),
    rateOver: scale.over(range),
    coverage: partial.coverage,
  }
}

interface Ranked {
  readonly question: Question
  readonly groups: PartialGroups
  readonly rest: Rest
}

function rowsOf(ranked: Ranked, shown: number, scale: RateScale): FinalRows {
  const { question, groups } = ranked
  const { keys, bins } = groups.columns
  const first = columnOf(ranked, 0, groups.length)
  const ranks = firstRows(first, shown)
  const own = { keys: keys.first(shown), bins: bins?.subarray(0, shown) }
  const measured = question.measures.map((measure, i) =>
    scale.ofRows(measure, i === 0 ? ranks : columnOf(ranked, i, shown), question, own.bins),
  )
  const bar = certainBar(ranked, first, shown)
  return new FinalRows({ ...own, measured }, { ranks, bar })
}

/**
 * A measure of so many groups, by its place. Any part of the rest may be missing from a group that some host did not send;
 * of the first measure `unsent` at most.
 */
function columnOf({ question, groups, rest }: Ranked, i: number, length: number): MeasuredColumn {
  const column = groups.columns.states[i]!
  if (column.kind === 'totals' && !groups.columns.unsent)
    return exactColumn(column.values.subarray(0, length))
  const of = rest.states[i]!
  return measuredColumn(length, (group) => {
    const unsent = groups.unsentAt(group)
    const missing = unsent === undefined ? undefined : { of, most: i === 0 ? unsent : undefined }
    return boundsAt(question.measures[i]!, column, group, missing)
  })
}

/** What a row must reach to be one of the largest for sure: no group without a row can be above. */
function certainBar({ question, rest }: Ranked, first: MeasuredColumn, shown: number): number {
  let bar = rest.residual ?? -Infinity
  if (boundsOf(question.measures[0]!, rest.states[0]!, undefined).estimated) bar = Infinity
  const { highs, estimated } = first
  for (let group = shown; group < highs.length; group++) {
    if (estimated?.[group] === 1) return Infinity
    const high = highs[group]!
    // Of one of which nothing is known too.
    bar = Math.max(bar, Number.isNaN(high) ? 0 : high)
  }
  return bar
}
