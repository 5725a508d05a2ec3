import type { HostCoverage, PartialAnswer, Rest } from '../partial-answer.ts'
import { PartialGroups, type PartialGroup } from '../partial-groups.ts'
import type { Measure, Question } from '../question.ts'
import type { MeasureState } from './measure-state.ts'
import { emptyState, mergeAllStates } from './merge-states.ts'
import { nameId, ranked } from './ranking.ts'

/**
 * True of measures of which a group's truth is at most the sum of what the hosts hold. Of the others it lies between
 * the hosts' values.
 */
export const addsUp = (measure: Measure): boolean =>
  measure.kind === 'flows' ||
  measure.kind === 'sum' ||
  measure.kind === 'rate' ||
  measure.kind === 'distinct'

/** What two hosts, or two lots of hosts, may hold unsent of one group. */
export function joinUnsent(
  measure: Measure,
  a: number | undefined,
  b: number | undefined,
): number | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return addsUp(measure) ? a + b : Math.max(a, b)
}

/** The answer of nobody: merging it changes nothing. */
export const emptyPartial = (question: Question): PartialAnswer => ({
  groups: PartialGroups.of(question.measures, []),
  rest: { groups: 0, states: question.measures.map(emptyState), residual: undefined },
  coverage: [],
})

/** Answers of different hosts to one question as one. */
export function mergePartials(
  question: Question,
  partials: readonly PartialAnswer[],
): PartialAnswer {
  const merging = new PartialMerging(question)
  for (const partial of partials) merging.add(partial)
  return merging.merged()
}

/** A group while answers are added to it. */
interface Growing {
  readonly group: PartialGroup
  states: readonly MeasureState[]
  unsent: number | undefined
  /** Number of the last answer that had it. */
  inAnswer: number
}

/**
 * Joins answers as they come in; any order and any bracketing gives the same. A host that is in two of them would count
 * twice, which is a bug of the caller.
 */
export class PartialMerging {
  readonly #measures: readonly Measure[]
  readonly #first: Measure
  readonly #groups = new Map<string, Growing>()
  readonly #hosts = new Map<string, HostCoverage>()
  #rest: Rest
  #answers = 0

  constructor(question: Question) {
    this.#measures = question.measures
    this.#first = question.measures[0]!
    this.#rest = emptyPartial(question).rest
  }

  add(partial: PartialAnswer): void {
    this.#answers += 1
    for (const host of partial.coverage) {
      if (this.#hosts.has(host.host)) throw new Error(`${host.host} answers twice`)
      this.#hosts.set(host.host, host)
    }
    for (const group of partial.groups) this.#addGroup(group)
    this.#addUnsent(partial.rest.residual)
    const { groups, states, residual } = partial.rest
    this.#rest = {
      groups: this.#rest.groups + groups,
      states: mergeAllStates(this.#rest.states, states),
      residual: joinUnsent(this.#first, this.#rest.residual, residual),
    }
  }

  merged(): PartialAnswer {
    const groups = [...this.#groups.values()].map(({ group, states, unsent }) => ({
      ...group,
      states,
      unsent,
    }))
    return {
      groups: ranked(PartialGroups.of(this.#measures, groups), this.#first),
      rest: this.#rest,
      coverage: [...this.#hosts.values()].sort((a, b) => (a.host < b.host ? -1 : 1)),
    }
  }

  #addGroup(group: PartialGroup): void {
    const id = nameId(group)
    const known = this.#groups.get(id)
    if (!known) {
      const unsent = joinUnsent(this.#first, group.unsent, this.#rest.residual)
      this.#groups.set(id, { group, states: group.states, unsent, inAnswer: this.#answers })
      return
    }
    known.states = mergeAllStates(known.states, group.states)
    known.unsent = joinUnsent(this.#first, known.unsent, group.unsent)
    known.inAnswer = this.#answers
  }

  #addUnsent(residual: number | undefined): void {
    if (residual === undefined) return
    for (const known of this.#groups.values()) {
      if (known.inAnswer === this.#answers) continue
      known.unsent = joinUnsent(this.#first, known.unsent, residual)
    }
  }
}
