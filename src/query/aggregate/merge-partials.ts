import type { CompactAnswer } from '../compact-answer.ts'
import { longer } from '../longer.ts'
import type { HostCoverage, PartialAnswer, Rest } from '../partial-answer.ts'
import { PartialGroups } from '../partial-groups.ts'
import type { Measure, Question } from '../question.ts'
import { GroupNumbers } from './group-numbers.ts'
import { growingStates, type GrowingStates } from './growing-states.ts'
import { emptyState, mergeAllStates } from './merge-states.ts'

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
  const both = joined(a ?? NaN, b ?? NaN, addsUp(measure))
  return Number.isNaN(both) ? undefined : both
}

/** The answer of nobody: merging it changes nothing. */
export const emptyPartial = (question: Question): PartialAnswer => ({
  groups: PartialGroups.of(question.measures, []),
  rest: { groups: 0, states: question.measures.map(emptyState), residual: undefined },
  coverage: [],
})

/**
 * Joins answers as they come in; any order and any bracketing gives the same. A host that is in two of them would count
 * twice, which is a bug of the caller.
 */
export class PartialMerging {
  readonly #first: Measure
  readonly #numbers: GroupNumbers
  readonly #states: readonly GrowingStates[]
  readonly #hosts = new Map<string, HostCoverage>()
  #rest: Rest
  /** Of each answer so far; NaN: it left no group out. */
  readonly #residuals: number[] = []
  /** By group: the number of the last answer that had it, from 1; and what it and those before it may hold unsent. */
  #inAnswer = new Uint32Array(1024)
  #unsent = new Float64Array(1024)

  constructor(question: Question) {
    const { by, bin, measures } = question
    this.#first = measures[0]!
    this.#numbers = new GroupNumbers(by.length, bin !== undefined)
    this.#states = measures.map(growingStates)
    this.#rest = emptyPartial(question).rest
  }

  add({ groups, rest, coverage }: CompactAnswer): void {
    for (const host of coverage) {
      if (this.#hosts.has(host.host)) throw new Error(`${host.host} answers twice`)
      this.#hosts.set(host.host, host)
    }
    const numbers = this.#numbers.of(groups)
    const { end } = this.#numbers
    this.#states.forEach((states, i) => states.add(numbers, groups.states[i]!, end))
    this.#addUnsent(numbers, groups.unsent)
    this.#residuals.push(rest.residual ?? NaN)
    this.#rest = {
      groups: this.#rest.groups + rest.groups,
      states: mergeAllStates(this.#rest.states, rest.states),
      residual: joinUnsent(this.#first, this.#rest.residual, rest.residual),
    }
  }

  /** The groups in no order; to be read while no more answers are added. */
  merged(): PartialAnswer {
    return {
      groups: this.#groups(),
      rest: this.#rest,
      coverage: [...this.#hosts.values()].sort((a, b) => (a.host < b.host ? -1 : 1)),
    }
  }

  #groups(): PartialGroups {
    const all = new Uint32Array(this.#numbers.end)
    let count = 0
    for (let group = 0; group < all.length; group++)
      if (this.#inAnswer[group]! > 0) all[count++] = group
    const numbers = all.subarray(0, count)
    const unsent = new Float64Array(count)
    const since = this.#residualsSince()
    const adds = addsUp(this.#first)
    for (let i = 0; i < count; i++) {
      const group = numbers[i]!
      unsent[i] = joined(this.#unsent[group]!, since[this.#inAnswer[group]!]!, adds)
    }
    return new PartialGroups({
      ...this.#numbers.namesOf(numbers),
      states: this.#states.map((states) => states.of(numbers)),
      unsent,
    })
  }

  #addUnsent(numbers: Uint32Array, ofGroups: Float64Array | undefined): void {
    if (this.#numbers.end > this.#unsent.length) {
      this.#unsent = longer(this.#unsent, this.#numbers.end)
      this.#inAnswer = longer(this.#inAnswer, this.#numbers.end)
    }
    const [unsent, inAnswer, answer] = [this.#unsent, this.#inAnswer, this.#residuals.length + 1]
    const adds = addsUp(this.#first)
    const since = this.#residualsSince()
    for (let row = 0; row < numbers.length; row++) {
      const group = numbers[row]!
      const last = inAnswer[group]!
      // Of a group that is new, all answers before this one may hold something.
      const before = joined(last === 0 ? NaN : unsent[group]!, since[last]!, adds)
      unsent[group] = ofGroups ? joined(before, ofGroups[row]!, adds) : before
      inAnswer[group] = answer
    }
  }

  /**
   * By the number of an answer: what those after it may hold unsent of a group that none of them has. So that an answer
   * costs its own groups, and not all that there are.
   */
  #residualsSince(): Float64Array {
    const answers = this.#residuals.length
    const since = new Float64Array(answers + 1).fill(NaN)
    const adds = addsUp(this.#first)
    for (let answer = answers - 1; answer >= 0; answer--)
      since[answer] = joined(since[answer + 1]!, this.#residuals[answer]!, adds)
    return since
  }
}

/** `joinUnsent` of columns; NaN: nothing. */
function joined(a: number, b: number, adds: boolean): number {
  if (Number.isNaN(a)) return b
  if (Number.isNaN(b)) return a
  return adds ? a + b : Math.max(a, b)
}
