import type { PartialAnswer, Rest } from '../partial-answer.ts'
import { PartialGroups } from '../partial-groups.ts'
import type { Measure, Question, SecondRound } from '../question.ts'
import { KeysOfGroups, type GroupKeyValues } from '../keys-of-groups.ts'
import { joinUnsent } from './merge-partials.ts'
import { keyId, ranked } from './ranking.ts'
import { mergedStates, nowhere, pickedOrEmpty, ranksOf } from './state-column.ts'

/** What of a question decides which groups are sent. */
interface Sending extends Pick<Question, 'measures' | 'groupsSent'> {
  readonly bin?: Question['bin'] | undefined
  readonly again?: SecondRound | undefined
}

/**
 * The part of an answer that its question asks to be sent: the largest groups, or those of a second round. The others
 * become its rest, so that totals stay whole, and the residual says how large the largest of them is.
 */
export function sentPart(question: Sending, partial: PartialAnswer): PartialAnswer {
  const { measures, again, bin } = question
  const { sent, left } = partsOf(question, partial)
  const rest = restWith(measures, partial.rest, left)
  // All bins of what was asked for are sent: what is left is of others.
  const isOfOthers = again?.kind === 'these' && bin !== undefined
  const { residual } = isOfOthers ? partial.rest : rest
  return { ...partial, groups: sent, rest: { ...rest, residual } }
}

function partsOf({ measures, groupsSent, again, bin }: Sending, partial: PartialAnswer): Split {
  const { groups } = partial
  if (again?.kind === 'these')
    return bin === undefined
      ? theseOf(measures, again.keys, partial)
      : coursesOf(again.keys, groups)
  if (bin !== undefined && again === undefined && groups.length <= groupsSent)
    return { sent: groups, left: groups.picked(new Uint32Array(0)) }
  const all = ranked(groups, measures[0]!)
  if (again === undefined) return cutAt(groupsSent, all)
  const ranks = ranksOf(measures[0]!, all.columns.states[0]!)
  const first = ranks.findIndex((rank) => rank < again.value)
  return cutAt(Math.min(groupsSent, first === -1 ? all.length : first), all)
}

/** Half as many groups. Of a second round too: who asked for one that is missing is told what it may hold. */
export const largerHalf = (
  { measures }: Pick<Question, 'measures'>,
  partial: PartialAnswer,
): PartialAnswer =>
  sentPart({ measures, groupsSent: Math.floor(partial.groups.length / 2) }, partial)

interface Split {
  readonly sent: PartialGroups
  readonly left: PartialGroups
}

function cutAt(count: number, all: PartialGroups): Split {
  if (count >= all.length) return { sent: all, left: all.picked(new Uint32Array(0)) }
  const places = Uint32Array.from({ length: all.length }, (_, i) => i)
  return { sent: all.picked(places.subarray(0, count)), left: all.picked(places.subarray(count)) }
}

/** These groups, those that are not there too. */
function theseOf(
  measures: readonly Measure[],
  wanted: readonly GroupKeyValues[],
  { groups, rest }: Pick<PartialAnswer, 'groups' | 'rest'>,
): Split {
  const numbers = new Map(wanted.map((key, i) => [keyId(key), i]))
  const places = new Int32Array(wanted.length).fill(nowhere)
  const left: number[] = []
  for (let i = 0; i < groups.length; i++) {
    const number = numbers.get(keyId(groups.columns.keys.at(i)))
    if (number === undefined) left.push(i)
    else places[number] = i
  }
  const { states, unsent } = groups.columns
  const sent = new PartialGroups({
    keys: KeysOfGroups.of(wanted),
    bins: undefined,
    states: states.map((column, i) => pickedOrEmpty(measures[i]!, column, places)),
    unsent: Float64Array.from(places, (at) =>
      at === nowhere ? (rest.residual ?? NaN) : (unsent?.[at] ?? NaN),
    ),
  })
  return { sent: ranked(sent, measures[0]!), left: groups.picked(Uint32Array.from(left)) }
}

/** All bins of these keys. */
function coursesOf(wanted: readonly GroupKeyValues[], groups: PartialGroups): Split {
  const ids = new Set(wanted.map(keyId))
  const isWanted = groups.columns.keys.mapped((key) => ids.has(keyId(key)))
  const places = { sent: new Uint32Array(groups.length), left: new Uint32Array(groups.length) }
  let [sent, left] = [0, 0]
  for (let i = 0; i < groups.length; i++) {
    if (isWanted(i)) places.sent[sent++] = i
    else places.left[left++] = i
  }
  if (left === 0) return { sent: groups, left: groups.picked(new Uint32Array(0)) }
  return {
    sent: groups.picked(places.sent.subarray(0, sent)),
    left: groups.picked(places.left.subarray(0, left)),
  }
}

function restWith(measures: readonly Measure[], rest: Rest, left: PartialGroups): Rest {
  const states = left.columns.states.map((column, i) => mergedStates(column, rest.states[i]!))
  let { residual } = rest
  ranksOf(measures[0]!, left.columns.states[0]!).forEach((rank, i) => {
    // What is left out here may, of an answer of several hosts, be larger than its states say.
    const most = joinUnsent(measures[0]!, rank, left.unsentAt(i))!
    residual = Math.max(residual ?? 0, most)
  })
  return { groups: rest.groups + left.length, states, residual }
}
