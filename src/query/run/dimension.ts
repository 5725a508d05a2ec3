import type { FlowRecord } from '../../model/flow.ts'
import type { Owner } from '../../model/owner.ts'
import type { NumberArray } from '../../model/kernels/number-array.ts'
import { runKernel } from '../../model/kernels/run-kernel.ts'
import type { HashedKey } from '../aggregate/key-hash.ts'
import type { GroupValue } from '../group-name.ts'
import type { Batch, Numbers } from './batch.ts'
import { flowProbe, loadSmall, type PortColumn, type SmallColumn } from './flow-probe.ts'
import type { Selection } from './selection.ts'
import { Values } from './values.ts'

/**
 * One thing by which flows differ. Numbers its values from 0 over the whole question, so that groups are numbers until
 * the end: numbers of a block's dictionary never leave the block.
 */
export interface Dimension {
  /** @throws DamagedColumn */
  readonly numbersOf: (batch: Batch) => Numbered
  /** Values of that number, one a field of the dimension. */
  readonly valuesAt: (number: number) => readonly GroupValue[]
  /** For counting different ones; undefined where the value is not known. Of the dimension's first field. */
  readonly keyAt: (number: number) => HashedKey | undefined
  /** Memory that grows with its values; nearly. */
  readonly bytes: () => number
}

/** Values of a batch by their numbers. */
export interface Numbered {
  /** Of each piece, in an array of the caller's. */
  readonly numbers: Uint32Array
  /** All numbers that are in it, some perhaps more than once. */
  readonly met: ArrayLike<number>
}

const unset = 0xffff_ffff

const named = (values: Values) => ({
  valuesAt: values.valuesAt,
  keyAt: values.keyAt,
  bytes: values.bytes,
})

/** The same for all flows. */
export function constantDimension(value: GroupValue): Dimension {
  const values = new Values()
  values.numberOf([value])
  return {
    ...named(values),
    numbersOf: ({ columns, rows }) => ({
      numbers: columns.space.scratch.words(rows.length).fill(0),
      met: [0],
    }),
  }
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
      const { scratch } = columns.space
      const known = scratch.words(columns.owners.rows).fill(unset)
      const given = { rows, values: columns.actors(), known, numbers: scratch.words(rows.length) }
      return numbered(given, (actor) => ofOwner(columns.owners.view(actor)))
    },
  }
}

/** Numbers of rows by their values, each of which is asked about once. */
function numbered(given: ValuesOfRows, numberOf: (value: number) => number): Numbered {
  const { numbers, rows, values, known } = given
  const met: number[] = []
  for (let k = lookUp(given, 0); k < rows.length;) {
    const value = values[rows[k]!]!
    known[value] = numberOf(value)
    met.push(known[value])
    k = lookUp(given, k)
  }
  return { numbers, met }
}

interface ValuesOfRows {
  readonly rows: Selection
  readonly values: Uint8Array | Uint16Array | Uint32Array
  /** By value its number, or `unset`. */
  readonly known: Uint32Array
  /** Of the rows. */
  readonly numbers: Uint32Array
}

/** From the `k`th row on, up to one of which the number is not known: gives its place, or that past the last. */
function lookUp({ numbers, rows, values, known }: ValuesOfRows, k: number): number {
  const next = runKernel(lookUpKernel(values), numbers, rows, rows.length, values, known, k)
  if (next !== undefined) return next
  for (; k < numbers.length; k++) {
    const number = known[values[rows[k]!]!]!
    if (number === unset) break
    numbers[k] = number
  }
  return k
}

function lookUpKernel(values: ValuesOfRows['values']) {
  if (values instanceof Uint32Array) return 'lookUpWords'
  return values instanceof Uint16Array ? 'lookUpHalves' : 'lookUpBytes'
}

/** A column of small numbers or ports, whose values are asked about once. */
export function smallDimension(
  name: SmallColumn | PortColumn,
  field: (flow: FlowRecord) => GroupValue,
): Dimension {
  const values = new Values()
  const probe = flowProbe()
  const numberOf = (value: number) => {
    loadSmall(probe, name, value)
    return values.numberOf([field(probe)])
  }
  return {
    ...named(values),
    numbersOf({ columns, rows }) {
      const { scratch } = columns.space
      const values = columns.column(name)
      const known = scratch.words(256 ** values.BYTES_PER_ELEMENT).fill(unset)
      return numbered({ rows, values, known, numbers: scratch.words(rows.length) }, numberOf)
    },
  }
}

/** A number that follows from a piece in whatever way. */
export function computedDimension(
  compute: (batch: Batch) => (piece: number) => GroupValue,
): Dimension {
  const values = new Values()
  return {
    ...named(values),
    numbersOf(batch) {
      const valueOf = compute(batch)
      const numbers = batch.columns.space.scratch.words(batch.rows.length)
      const met: number[] = []
      // Neighbours are often alike: network namespaces, for one.
      let last: GroupValue = -1
      let lastNumber = unset
      for (let k = 0; k < numbers.length; k++) {
        const value = valueOf(k)
        if (value !== last || lastNumber === unset) {
          lastNumber = values.numberOf([value])
          last = value
          met.push(lastNumber)
        }
        numbers[k] = lastNumber
      }
      return { numbers, met }
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
      const numbers = batch.columns.space.scratch.words(batch.rows.length)
      const met: number[] = []
      // Rows come nearly in the order of time, so one stretch goes on for long.
      for (let k = 0; k < numbers.length;) {
        const stretch = Math.floor(times[at[k]!]! / every)
        const number = values.numberOf([valueOf(stretch)])
        met.push(number)
        const within = [stretch * every, (stretch + 1) * every] as const
        const to = endWithin(times, at, within, k)
        numbers.fill(number, k, to)
        k = to
      }
      return { numbers, met }
    },
  }
}

/** From the `k`th on, the first that is not within; at least the next one. */
function endWithin(
  times: NumberArray,
  at: Uint32Array,
  [from, to]: readonly [number, number],
  k: number,
): number {
  for (k += 1; k < at.length; k++) {
    const time = times[at[k]!]!
    if (!(time >= from && time < to)) break
  }
  return k
}
