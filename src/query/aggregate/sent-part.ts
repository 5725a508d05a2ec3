import type { PartialAnswer, PartialGroup, Rest } from '../partial-answer.ts'
import type { Question, SecondRound } from '../question.ts'
import { joinUnsent } from './merge-partials.ts'
import { emptyState, mergeGroups } from './merge-states.ts'
import { nameId, ranked, type Ranked } from './ranking.ts'

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
    : { sent: groupsOf(all.slice(0, question.groupsSent)), left: all.slice(question.groupsSent) }
  return { ...partial, groups: sent, rest: restWith(question, partial.rest, left) }
}

interface Split {
  readonly sent: readonly PartialGroup[]
  readonly left: readonly Ranked[]
}

const groupsOf = (all: readonly Ranked[]) => all.map(({ group }) => group)

function secondRound(
  question: Sending,
  again: SecondRound,
  { all, rest }: { readonly all: readonly Ranked[]; readonly rest: Rest },
): Split {
  switch (again.kind) {
    case 'at least': {
      const first = all.findIndex(({ rank }) => rank < again.value)
      const count = Math.min(question.groupsSent, first === -1 ? all.length : first)
      return { sent: groupsOf(all.slice(0, count)), left: all.slice(count) }
    }
    case 'these': {
      const known = new Map(all.map((one) => [nameId(one.group), one.group]))
      const asked = new Set(again.groups.map(nameId))
      const nothing = { states: question.measures.map(emptyState), unsent: rest.residual }
      const sent = again.groups.map((name) => known.get(nameId(name)) ?? { ...name, ...nothing })
      const left = all.filter(({ group }) => !asked.has(nameId(group)))
      return { sent: groupsOf(ranked(sent, question.measures[0]!)), left }
    }
  }
}

function restWith(question: Sending, rest: Rest, left: readonly Ranked[]): Rest {
  const { measures } = question
  const groups = left.map(({ group }) => group)
  const states = mergeGroups(measures, groups, rest.states)
  let { residual } = rest
  for (const { group, rank } of left) {
    // What is left out here may, of an answer of several hosts, be larger than its states say.
    const most = joinUnsent(measures[0]!, rank, group.unsent)!
    residual = Math.max(residual ?? 0, most)
  }
  return { groups: rest.groups + left.length, states, residual }
}
