import { longer } from '../longer.ts'
import type { Measure } from '../question.ts'
import type { MeasureState } from './measure-state.ts'
import { emptyState, mergeStates, stateKinds } from './merge-states.ts'
import type { StateColumn } from './state-column.ts'

/** A measure's states of groups that grow, by the groups' numbers. */
export interface GrowingStates {
  /** @param end one past the largest group that there may be by now */
  add(groups: Uint32Array, column: StateColumn, end: number): void
  /** One a group. */
  of(groups: Uint32Array): StateColumn
}

export const growingStates = (measure: Measure): GrowingStates =>
  stateKinds[measure.kind] === 'total' ? new GrowingTotals() : new GrowingObjects(measure)

class GrowingTotals implements GrowingStates {
  #sums = new Float64Array(1024)

  add(groups: Uint32Array, column: StateColumn, end: number): void {
    if (column.kind !== 'totals') throw new Error(`${column.kind} among totals`)
    if (end > this.#sums.length) this.#sums = longer(this.#sums, end)
    const [sums, { values }] = [this.#sums, column]
    for (let row = 0; row < groups.length; row++) sums[groups[row]!]! += values[row]!
  }

  of(groups: Uint32Array): StateColumn {
    const values = new Float64Array(groups.length)
    for (let i = 0; i < values.length; i++) values[i] = this.#sums[groups[i]!] ?? 0
    return { kind: 'totals', values }
  }
}

class GrowingObjects implements GrowingStates {
  readonly #measure: Measure
  readonly #states: MeasureState[] = []

  constructor(measure: Measure) {
    this.#measure = measure
  }

  add(groups: Uint32Array, column: StateColumn): void {
    if (column.kind !== 'states') throw new Error(`${column.kind} among states`)
    for (let row = 0; row < groups.length; row++) {
      const known = this.#states[groups[row]!]
      const state = column.states[row]!
      this.#states[groups[row]!] = known ? mergeStates(known, state) : state
    }
  }

  of(groups: Uint32Array): StateColumn {
    const empty = emptyState(this.#measure)
    const states = Array.from(groups, (group) => this.#states[group] ?? empty)
    return { kind: 'states', states }
  }
}
