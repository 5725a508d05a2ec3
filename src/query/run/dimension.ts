import type { FlowRecord } from '../../model/flow.ts'
import type { Owner } from '../../model/owner.ts'
import type { HashedKey } from '../aggregate/key-hash.ts'
import type { GroupValue } from '../group-name.ts'
import type { Batch, Numbers } from './batch.ts'
import { flowProbe, loadSmall, type PortColumn, type SmallColumn } from './flow-probe.ts'
import { Values } from './values.ts'

/**
 * One thing by which flows differ. Numbers its values from 0 over the whole question, so that groups are numbers until
 * the end: numbers of a block's dictionary never leave the block.
 */
export interface Dimension {
  /** The value's number of each piece, in an array of the caller's. @throws DamagedColumn */
  readonly numbersOf: (batch: Batch) => Uint32Array
  /** Values of that number, one a field of the dimension. */
  readonly valuesAt: (number: number) => readonly GroupValue[]
  /** For counting different ones; undefined where the value is not known. Of the dimension's first field. */
  readonly keyAt: (number: number) => HashedKey | undefined
  /** Memory that grows with its values; nearly. */
  readonly bytes: () => number
}

export const unset = 0xffff_ffff

const named = (values: Values) => ({
  valuesAt: values.valuesAt,
  keyAt: values.keyAt,
  bytes: values.bytes,
})

/** The same for all flows. */
export function constantDimension(value: GroupValue): Dimension {
  const values = new Values()
  values.numberOf([value])
  return { numbersOf: ({ rows }) => new Uint32Array(rows.length), ...named(values) }
}

/** What is read of the owner whose traffic it is, all fields at once: there are few owners in a block. */
export function actorDimension(fields: readonly ((flow: FlowRecord) => GroupValue)[]): Dimension {
  const values = new Values()
  const probe = flowProbe()
  const ofOwner = (owner: Owner) => {
    probe.owner = owner
    return values.numberOf(fields.map((field) => field(probe)))
  }
  return {
    ...named(values),
    numbersOf({ columns, rows }) {
      const actors = columns.actors()
      const known = new Uint32Array(columns.owners.rows).fill(unset)
      const numbers = new Uint32Array(rows.length)
      for (let k = 0; k < numbers.length; k++) {
        const actor = actors[rows[k]!]!
        let number = known[actor]!
        if (number === unset) {
          number = ofOwner(columns.owners.view(actor))
          known[actor] = number
        }
        numbers[k] = number
      }
      return numbers
    },
  }
}

/** A column of small numbers or ports, whose values are asked about once. */
export function smallDimension(
  name: SmallColumn | PortColumn,
  field: (flow: FlowRecord) => GroupValue,
): Dimension {
  const values = new Values()
  const probe = flowProbe()
  const known = new Uint32Array(65_536).fill(unset)
  const numberOf = (value: number) => {
    loadSmall(probe, name, value)
    return (known[value] = values.numberOf([field(probe)]))
  }
  return {
    ...named(values),
    numbersOf({ columns, rows }) {
      const column = columns.column(name)
      const numbers = new Uint32Array(rows.length)
      for (let k = 0; k < numbers.length; k++) {
        const value = column[rows[k]!]!
        const number = known[value]!
        numbers[k] = number === unset ? numberOf(value) : number
      }
      return numbers
    },
  }
}

/** A number that follows from a piece in whatever way. */
export function computedDimension(
  compute: (batch: Batch) => (piece: number) => number | null,
): Dimension {
  const values = new Values()
  return {
    ...named(values),
    numbersOf(batch) {
      const valueOf = compute(batch)
      const numbers = new Uint32Array(batch.rows.length)
      // Neighbours are often alike: network namespaces, for one.
      let last: number | null = -1
      let lastNumber = unset
      for (let k = 0; k < numbers.length; k++) {
        const value = valueOf(k)
        if (value !== last || lastNumber === unset) {
          lastNumber = values.numberOf([value])
          last = value
        }
        numbers[k] = lastNumber
      }
      return numbers
    },
  }
}

/** Stretches of time, each `every` ms long and beginning at a multiple of it: `valueOf` their number since 1970. */
export function timeDimension(every: number, valueOf: (stretch: number) => number): Dimension {
  const values = new Values()
  return {
    ...named(values),
    numbersOf(batch) {
      const { values: times, at }: Numbers = batch.times()
      const numbers = new Uint32Array(batch.rows.length)
      // Rows come nearly in the order of time, so one stretch goes on for long.
      let [from, to, number] = [0, 0, 0]
      for (let k = 0; k < numbers.length; k++) {
        const time = times[at[k]!]!
        if (!(time >= from && time < to)) {
          const stretch = Math.floor(time / every)
          number = values.numberOf([valueOf(stretch)])
          from = stretch * every
          to = from + every
        }
        numbers[k] = number
      }
      return numbers
    },
  }
}
