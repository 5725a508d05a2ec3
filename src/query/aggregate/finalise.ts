import type { Millis } from '../../model/quantity.ts'
import type { GroupName } from '../group-name.ts'
import type { HostCoverage, PartialAnswer, PartialGroup } from '../partial-answer.ts'
import type { Question } from '../question.ts'
import { boundsOf, type Measured } from './bounds.ts'
import type { MeasureState } from './measure-state.ts'
import { mergeGroups } from './merge-states.ts'
import { binRange, RateScale } from './rate-scale.ts'
import { ranked } from './ranking.ts'

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
  const groups = ranked(partial.groups, measures[0]!)
  const [shown, others] = [groups.slice(0, rows), groups.slice(rows)]
  const rest = mergeGroups(measures, others, partial.rest.states)
  const total = mergeGroups(measures, shown, rest)
  const scale = new RateScale(partial.coverage)
  const values = (states: readonly MeasureState[]) =>
    states.map((state, i) =>
      scale.of(measures[i]!, boundsOf(measures[i]!, state, undefined), range),
    )
  const restGroups = others.length + partial.rest.groups
  const bar = certainBar(question, partial, others)
  return {
    rows: shown.map((group) => finalRow(question, partial, { group, scale, bar })),
    rest: restGroups > 0 ? { groups: restGroups, values: values(rest) } : undefined,
    total: values(total),
    rateOver: scale.over(range),
    coverage: partial.coverage,
  }
}

interface RowContext {
  readonly group: PartialGroup
  readonly scale: RateScale
  readonly bar: number
}

function finalRow(question: Question, partial: PartialAnswer, context: RowContext): FinalRow {
  const { group, scale, bar } = context
  const { bin, key } = group
  const range = bin === undefined ? question.range : binRange(question, bin)
  const values: Measured[] = []
  for (let i = 0; i < question.measures.length; i++)
    values.push(scale.of(question.measures[i]!, groupBounds(question, partial, group, i), range))
  const { estimated, value, low } = groupBounds(question, partial, group, 0)
  // Where nothing was there to measure, the bounds are of what may be missing: it ranks as 0.
  const certified = !estimated && (value === null ? 0 : (low ?? 0)) >= bar
  return bin === undefined ? { key, values, certified } : { key, bin, values, certified }
}

/**
 * Of a measure by its place. Any part of the rest may be missing from a group that some host did not send; of the first
 * measure `unsent` at most.
 */
function groupBounds(
  { measures }: Pick<Question, 'measures'>,
  { rest }: PartialAnswer,
  { states, unsent }: PartialGroup,
  i: number,
): Measured {
  const missing =
    unsent === undefined ? undefined : { of: rest.states[i]!, most: i === 0 ? unsent : undefined }
  return boundsOf(measures[i]!, states[i]!, missing)
}

/** What a row must reach to be one of the largest for sure: no group without a row can be above. */
function certainBar(
  question: Question,
  partial: PartialAnswer,
  others: readonly PartialGroup[],
): number {
  const { states, residual } = partial.rest
  let bar = residual ?? -Infinity
  if (boundsOf(question.measures[0]!, states[0]!, undefined).estimated) bar = Infinity
  for (const group of others) {
    const { high, estimated } = groupBounds(question, partial, group, 0)
    bar = Math.max(bar, estimated ? Infinity : (high ?? 0))
  }
  return bar
}
