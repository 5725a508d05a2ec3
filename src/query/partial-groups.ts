import { hostTime, type HostTime } from '../model/quantity.ts'
import type { MeasureState } from './aggregate/measure-state.ts'
import { pickedStates, stateAt, stateColumn, type StateColumn } from './aggregate/state-column.ts'
import type { GroupName } from './group-name.ts'
import { KeysOfGroups } from './keys-of-groups.ts'
import type { Measure } from './question.ts'

export interface PartialGroup extends GroupName {
  /** One a measure, in the question's order. */
  readonly states: readonly MeasureState[]
  /**
   * What the hosts that did not send the group may hold of it in the first measure: at most this, summed over them (the
   * largest of them where the measure does not add up: `addsUp`). Undefined where nothing of it was left out.
   */
  readonly unsent: number | undefined
}

/** The fields of `PartialGroup`, each of all groups. */
export interface GroupColumns {
  readonly keys: KeysOfGroups
  /** Where the question has bins. */
  readonly bins: Float64Array | undefined
  /** One a measure, in the question's order. */
  readonly states: readonly StateColumn[]
  /** NaN where nothing was left out; undefined where nothing was of any. */
  readonly unsent: Float64Array | undefined
}

/** Groups of an answer, column by column: objects are made of those alone that somebody looks at. */
export class PartialGroups implements Iterable<PartialGroup> {
  readonly columns: GroupColumns
  /** By which measure they are known to be in order, as `ranked` makes it. */
  readonly rankedBy: Measure | undefined

  constructor(columns: GroupColumns, rankedBy?: Measure) {
    this.columns = columns
    this.rankedBy = rankedBy
  }

  static of(measures: readonly Measure[], groups: readonly PartialGroup[]): PartialGroups {
    const hasBins = groups[0]?.bin !== undefined
    return new PartialGroups({
      keys: KeysOfGroups.of(groups.map(({ key }) => key)),
      bins: hasBins ? Float64Array.from(groups, ({ bin }) => bin ?? NaN) : undefined,
      states: measures.map((measure, i) =>
        stateColumn(
          measure,
          groups.map(({ states }) => states[i]!),
        ),
      ),
      unsent: groups.some(({ unsent }) => unsent !== undefined)
        ? Float64Array.from(groups, ({ unsent }) => unsent ?? NaN)
        : undefined,
    })
  }

  get length(): number {
    return this.columns.keys.length
  }

  at(group: number): PartialGroup {
    const { states } = this.columns
    const own = states.map((column) => stateAt(column, group))
    return { ...this.nameAt(group), states: own, unsent: this.unsentAt(group) }
  }

  nameAt(group: number): GroupName {
    const { keys, bins } = this.columns
    const key = keys.at(group)
    return bins ? { key, bin: hostTime(bins[group]!) } : { key }
  }

  unsentAt(group: number): number | undefined {
    const unsent = this.columns.unsent?.[group] ?? NaN
    return Number.isNaN(unsent) ? undefined : unsent
  }

  *[Symbol.iterator](): Generator<PartialGroup> {
    for (let group = 0; group < this.length; group++) yield this.at(group)
  }

  /** Those groups, in that order, which `rankedBy` may name. */
  picked(groups: Uint32Array, rankedBy?: Measure): PartialGroups {
    const { keys, bins, states, unsent } = this.columns
    const columns = {
      keys: keys.picked(groups),
      bins: bins && pickedNumbers(bins, groups),
      states: states.map((column) => pickedStates(column, groups)),
      unsent: unsent && pickedNumbers(unsent, groups),
    }
    return new PartialGroups(columns, rankedBy)
  }

  /** The same groups with other bins, where they have any. */
  withBins(change: (bin: HostTime) => HostTime): PartialGroups {
    const { bins } = this.columns
    if (!bins) return this
    return new PartialGroups({ ...this.columns, bins: bins.map((bin) => change(hostTime(bin))) })
  }
}

export function pickedNumbers(numbers: Float64Array, places: Uint32Array): Float64Array {
  const picked = new Float64Array(places.length)
  for (let i = 0; i < picked.length; i++) picked[i] = numbers[places[i]!]!
  return picked
}
