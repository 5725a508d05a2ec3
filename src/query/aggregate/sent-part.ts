import type { PartialAnswer, PartialGroup, Rest } from '../partial-answer.ts'
import type { Question, SecondRound } from '../question.ts'
import { joinUnsent } from './merge-partials.ts'
import { emptyState, mergeGroups } from './merge-states.ts'
import { nameId, ranked, rankValue } from './ranking.ts'

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
  return { ...partial, groups: sent, rest: restWith(question, partial.rest, left) }
}

interface Split {
  readonly sent: readonly PartialGroup[]
  readonly left: readonly PartialGroup[]
}

const cutAt = (count: number, all: readonly PartialGroup[]): Split => ({
  sent: all.slice(0, count),
  left: all.slice(count),
})

function secondRound(
  { measures, groupsSent }: Sending,
  again: SecondRound,
  { all, rest }: { readonly all: readonly PartialGroup[]; readonly rest: Rest },
): Split {
  switch (again.kind) {
    case 'at least': {
      const first = all.findIndex(({ states }) => rankValue(measures[0]!, states[0]!) < again.value)
      return cutAt(Math.min(groupsSent, first === -1 ? all.length : first), all)
    }
    case 'these': {
      const known = new Map(all.map((group) => [nameId(group), group]))
      const asked = new Set(again.groups.map(nameId))
      const nothing = { states: measures.map(emptyState), unsent: rest.residual }
      const sent = again.groups.map((name) => known.get(nameId(name)) ?? { ...name, ...nothing })
      const left = all.filter((group) => !asked.has(nameId(group)))
      return { sent: ranked(sent, measures[0]!), left }
    }
  }
}

function restWith({ measures }: Sending, rest: Rest, left: readonly PartialGroup[]): Rest {
  const states = mergeGroups(measures, left, rest.states)
  let { residual } = rest
  for (const group of left) {
    const rank = rankValue(measures[0]!, group.states[0]!)
    // What is left out here may, of an answer of several hosts, be larger than its states say.
    const most = joinUnsent(measures[0]!, rank, group.unsent)!
    residual = Math.max(residual ?? 0, most)
  }
  return { groups: rest.groups + left.length, states, residual }
}
