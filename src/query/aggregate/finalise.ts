import { hostTime, type Millis } from '../../model/quantity.ts'
import type { GroupName } from '../group-name.ts'
import type { HostCoverage, PartialAnswer, Rest } from '../partial-answer.ts'
import type { PartialGroups } from '../partial-groups.ts'
import type { Question } from '../question.ts'
import { boundsAt, boundsOf, type Measured } from './bounds.ts'
import type { MeasureState } from './measure-state.ts'
import { binRange, RateScale } from './rate-scale.ts'
import { ranked } from './ranking.ts'
import { mergedStates } from './state-column.ts'

/** An answer in numbers. Rows and rest make up the total. */
export interface FinalAnswer {
  /** By the first measure, largest first. */
  readonly rows: readonly FinalRow[]
  /** Of the groups that have no row; undefined where all have. */
  readonly rest: FinalRest | undefined
  /** Of all flows, measure by measure. */
  readonly total: readonly Measured[]
  /** Over which rates without a bin were taken: the recorded time within the range. */
  readonly rateOver: Millis
  readonly coverage: readonly HostCoverage[]
}

export interface FinalRow extends GroupName {
  /** One a measure, in the question's order. */
  readonly values: readonly Measured[]
  /** Surely one of the largest so many, whatever the groups hold that were not sent. */
  readonly certified: boolean
}

export interface FinalRest {
  /** At most so many: a group that two hosts did not send counts twice. */
  readonly groups: number
  readonly values: readonly Measured[]
}

/** The numbers of an answer, in at most `rows` rows. Averages, rates and quantiles are made here and nowhere else. */
export function finalise(question: Question, partial: PartialAnswer, rows: number): FinalAnswer {
  const { measures, range } = question
  const shown = Math.min(rows, partial.groups.length)
  const groups = ranked(partial.groups, measures[0]!, shown)
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

function rowsOf(ranked: Ranked, shown: number, scale: RateScale): FinalRow[] {
  const { question, groups } = ranked
  const { measures } = question
  const { keys, bins } = groups.columns
  const bar = certainBar(ranked, shown)
  const hasRates = measures.some(({ kind }) => kind === 'rate')
  const rows: FinalRow[] = []
  for (let group = 0; group < shown; group++) {
    const key = keys.at(group)
    const bin = bins && hostTime(bins[group]!)
    // Not pushed to an empty list one by one: a list that grows has room for 17 at once.
    const values = [groupBounds(ranked, group, 0)]
    for (let i = 1; i < measures.length; i++) values.push(groupBounds(ranked, group, i))
    const { estimated, value, low } = values[0]!
    // Where nothing was there to measure, the bounds are of what may be missing: it ranks as 0.
    const certified = !estimated && (value === null ? 0 : (low ?? 0)) >= bar
    if (hasRates) {
      const range = bin === undefined ? question.range : binRange(question, bin)
      for (let i = 0; i < measures.length; i++)
        values[i] = scale.of(measures[i]!, values[i]!, range)
    }
    rows.push(bin === undefined ? { key, values, certified } : { key, bin, values, certified })
  }
  return rows
}

/**
 * Of a measure by its place. Any part of the rest may be missing from a group that some host did not send; of the first
 * measure `unsent` at most.
 */
function groupBounds({ question, groups, rest }: Ranked, group: number, i: number): Measured {
  const unsent = groups.unsentAt(group)
  const missing =
    unsent === undefined ? undefined : { of: rest.states[i]!, most: i === 0 ? unsent : undefined }
  return boundsAt(question.measures[i]!, groups.columns.states[i]!, group, missing)
}

/** What a row must reach to be one of the largest for sure: no group without a row can be above. */
function certainBar(ranked: Ranked, shown: number): number {
  const { question, groups, rest } = ranked
  let bar = rest.residual ?? -Infinity
  if (boundsOf(question.measures[0]!, rest.states[0]!, undefined).estimated) bar = Infinity
  for (let group = shown; group < groups.length; group++) {
    const { high, estimated } = groupBounds(ranked, group, 0)
    bar = Math.max(bar, estimated ? Infinity : (high ?? 0))
  }
  return bar
}
