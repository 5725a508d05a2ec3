import type { GroupName } from '../group-name.ts'
import type { PartialAnswer, Rest } from '../partial-answer.ts'
import { PartialGroups } from '../partial-groups.ts'
import type { Measure, Question, SecondRound } from '../question.ts'
import { ListedKeys } from '../keys-of-groups.ts'
import { ByName } from './by-name.ts'
import { joinUnsent } from './merge-partials.ts'
import { ranked } from './ranking.ts'
import { mergedStates, nowhere, pickedOrEmpty, ranksOf } from './state-column.ts'

/** What of a question decides which groups are sent. */
interface Sending extends Pick<Question, 'measures' | 'groupsSent'> {
  readonly again?: SecondRound | undefined
}

/**
 * The part of an answer that its question asks to be sent: the largest groups, or those of a second round. The others
 * become its rest, so that totals stay whole, and the residual says how large the largest of them is.
 */
export function sentPart(question: Sending, partial: PartialAnswer): PartialAnswer {
  const { sent, left } = partsOf(question, partial)
  return { ...partial, groups: sent, rest: restWith(question.measures, partial.rest, left) }
}

function partsOf({ measures, groupsSent, again }: Sending, { groups, rest }: PartialAnswer): Split {
  if (again?.kind === 'these') return theseOf(measures, again.groups, { groups, rest })
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

function theseOf(
  measures: readonly Measure[],
  wanted: readonly GroupName[],
  { groups, rest }: Pick<PartialAnswer, 'groups' | 'rest'>,
): Split {
  const numbers = new ByName<number>()
  wanted.forEach((name, i) => numbers.set(name, i))
  const places = new Int32Array(wanted.length).fill(nowhere)
  const left: number[] = []
  for (let i = 0; i < groups.length; i++) {
    const number = numbers.get(groups.nameAt(i))
    if (number === undefined) left.push(i)
    else places[number] = i
  }
  const { states, unsent } = groups.columns
  const sent = new PartialGroups({
    keys: new ListedKeys(wanted.map(({ key }) => key)),
    bins:
      wanted[0]?.bin === undefined ? undefined : Float64Array.from(wanted, ({ bin }) => bin ?? NaN),
    states: states.map((column, i) => pickedOrEmpty(measures[i]!, column, places)),
    unsent: Float64Array.from(places, (at) =>
      at === nowhere ? (rest.residual ?? NaN) : unsent[at]!,
    ),
  })
  return { sent: ranked(sent, measures[0]!), left: groups.picked(Uint32Array.from(left)) }
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
