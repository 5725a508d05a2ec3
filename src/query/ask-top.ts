import { limits } from '../model/limits.ts'
import { boundsAt } from './aggregate/bounds.ts'
import { finalise, type FinalAnswer } from './aggregate/finalise.ts'
import { addsUp } from './aggregate/merge-partials.ts'
import type { StateColumn } from './aggregate/state-column.ts'
import { ranked } from './aggregate/ranking.ts'
import { isThin } from './aggregate/thinned-part.ts'
import type { Asking, AskingOptions, Heard, SilentHost } from './asking.ts'
import type { GroupKeyValues } from './keys-of-groups.ts'
import type { PartialAnswer } from './partial-answer.ts'
import type { Question } from './question.ts'

export interface TopAnswer {
  readonly final: FinalAnswer
  readonly silent: readonly SilentHost[]
}

/**
 * The largest `rows` groups of all hosts. Where what the hosts left unsent could change them, the hosts are asked again,
 * as TPUT does (Cao and Wang, PODC 2004): for all groups so large that one that nobody sends cannot be among the largest,
 * then for those that are left, of everybody. What is estimated stays so, but not coarser than it need be.
 */
export async function askTop(
  asking: Pick<Asking, 'ask'>,
  question: Question,
  rows: number,
  options: AskingOptions,
): Promise<TopAnswer> {
  return settleTop(asking, { question, rows, heard: await asking.ask(question, options) }, options)
}

export interface FirstRound {
  readonly question: Question
  readonly rows: number
  readonly heard: Heard
}

/** `askTop` where the hosts have been asked once. */
export async function settleTop(
  asking: Pick<Asking, 'ask'>,
  { question, rows, heard }: FirstRound,
  options: AskingOptions,
): Promise<TopAnswer> {
  const first = inOrder(question, heard, rows)
  if (isCutShort(heard, options)) return answered(question, first, rows)
  const more = { ...question, groupsSent: limits.groupsSentAgain }
  if (isSettled(question, first, rows)) {
    const keys = thinRows(first, rows)
    if (keys.length === 0) return answered(question, first, rows)
    const whole = await asking.ask({ ...more, again: { kind: 'these', keys } }, options)
    return answered(question, whole, rows)
  }
  const value = leastThatMatters(question, first.partial, rows)
  // Which groups they are follows from the first measure alone.
  const least = { ...more, measures: question.measures.slice(0, 1) }
  const second = await asking.ask({ ...least, again: { kind: 'at least', value } }, options)
  const bar = rowBar(question, second.partial, rows)
  const found = second.partial.groups
  const keys = boundsOfFirst(question, second.partial).flatMap(({ high }, i) =>
    high >= bar ? [found.columns.keys.at(i)] : [],
  )
  const third = await asking.ask({ ...more, again: { kind: 'these', keys } }, options)
  const answer = answered(question, third, rows)
  return (second.partial.rest.residual ?? 0) <= bar ? allCertified(answer) : answer
}

/** Nobody waits for more rounds: they would find less than this one. */
export const isCutShort = ({ partial }: Heard, { interrupted }: AskingOptions): boolean =>
  interrupted?.aborted === true ||
  partial.coverage.some(({ stoppedAt }) => stoppedAt === 'time' || stoppedAt === 'interrupt')

/** With the rows, and as many again, first. */
function inOrder({ measures }: Question, { partial, silent }: Heard, rows: number): Heard {
  const groups = ranked(partial.groups, measures[0]!, 2 * rows)
  return { partial: { ...partial, groups }, silent }
}

const answered = (question: Question, { partial, silent }: Heard, rows: number): TopAnswer => ({
  final: finalise(question, partial, rows),
  silent,
})

/**
 * The keys to ask for again where sketches of the rows were thinned to travel: none where they were not. As many groups
 * below them may be as large.
 */
function thinRows({ partial: { groups } }: Heard, rows: number): readonly GroupKeyValues[] {
  const isThinColumn = (column: StateColumn) =>
    column.kind === 'states' && column.states.slice(0, rows).some(isThin)
  if (!groups.columns.states.some(isThinColumn)) return []
  const length = Math.min(2 * rows, groups.length)
  return Array.from({ length }, (_, i) => groups.columns.keys.at(i))
}

/** No group that was not a candidate is above the bar, whatever the last round left unsent. */
const allCertified = ({ final, silent }: TopAnswer): TopAnswer => ({
  final: { ...final, rows: final.rows.allCertain() },
  silent,
})

/** Nothing of the rows was left unsent, and no group that was is above them; or asking again would not help. */
function isSettled(question: Question, { partial }: Heard, rows: number): boolean {
  const { rest, groups } = partial
  if (rest.residual === undefined) return true
  const shown = finalise(question, partial, rows).rows
  if (shown.length < rows) return false
  const all = [...shown]
  if (all.some(({ values }) => values[0]!.estimated)) return true
  return all.every(({ certified }, i) => certified && groups.unsentAt(i) === undefined)
}

/** What the last of the rows surely has; 0 where there are fewer. */
function rowBar(question: Question, partial: PartialAnswer, rows: number): number {
  const lows = boundsOfFirst(question, partial).map(({ low }) => low)
  return lows.toSorted((a, b) => b - a)[rows - 1] ?? 0
}

/** A group of which each host has less than this is not among the largest. */
function leastThatMatters(question: Question, partial: PartialAnswer, rows: number): number {
  const bar = rowBar(question, partial, rows)
  return addsUp(question.measures[0]!) ? bar / partial.coverage.length : bar
}

/** Of the first measure, group by group. */
function boundsOfFirst(
  { measures }: Question,
  { rest, groups }: PartialAnswer,
): readonly { readonly low: number; readonly high: number }[] {
  return Array.from({ length: groups.length }, (_, group) => {
    const unsent = groups.unsentAt(group)
    const missing = unsent === undefined ? undefined : { of: rest.states[0]!, most: unsent }
    const { low, high } = boundsAt(measures[0]!, groups.columns.states[0]!, group, missing)
    return { low: low ?? 0, high: high ?? 0 }
  })
}
