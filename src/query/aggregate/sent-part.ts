import type { PartialAnswer, Rest } from '../partial-answer.ts'
import { PartialGroups } from '../partial-groups.ts'
import type { Measure, Question, SecondRound } from '../question.ts'
import { joinUnsent } from './merge-partials.ts'
import { emptyState } from './merge-states.ts'
import { nameId, ranked } from './ranking.ts'
import { mergedStates, ranksOf } from './state-column.ts'

/** What of a question decides which groups are sent. */
type Sending = Pick<Question, 'measures' | 'groupsSent' | 'again'>

/**
 * The part of an answer that its question asks to be sent: the largest groups, or those of a second round. The others
 * become its rest, so that totals stay whole, and the residual says how large the largest of them is.
 */
export function sentPart(question: Sending, partial: PartialAnswer): PartialAnswer {
  const all = ranked(partial.groups, question.measures[0]!)
  const { sent, left } = question.again
    ? secondRound(question, question.again, { all, rest: partial.rest })
    : cutAt(question.groupsSent, all)
  return { ...partial, groups: sent, rest: restWith(question.measures, partial.rest, left) }
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

function secondRound(
  { measures, groupsSent }: Sending,
  again: SecondRound,
  { all, rest }: { readonly all: PartialGroups; readonly rest: Rest },
): Split {
  switch (again.kind) {
    case 'at least': {
      const ranks = ranksOf(measures[0]!, all.columns.states[0]!)
      const first = ranks.findIndex((rank) => rank < again.value)
      return cutAt(Math.min(groupsSent, first === -1 ? all.length : first), all)
    }
    case 'these': {
      const known = new Map<string, number>()
      for (let i = 0; i < all.length; i++) known.set(nameId(all.nameAt(i)), i)
      const nothing = { states: measures.map(emptyState), unsent: rest.residual }
      const asked = again.groups.map((name) => {
        const place = known.get(nameId(name))
        known.delete(nameId(name))
        return place === undefined ? { ...name, ...nothing } : all.at(place)
      })
      const sent = ranked(PartialGroups.of(measures, asked), measures[0]!)
      return { sent, left: all.picked(Uint32Array.from(known.values())) }
    }
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
