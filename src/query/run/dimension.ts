import { addressBytes, formatAddress, isIpv4, type Address } from '../../model/address.ts'
import type { Owner } from '../../model/owner.ts'
import { hashAddress, hashValue, type HashedKey } from '../aggregate/key-hash.ts'
import type { GroupValue } from '../group-name.ts'
import type { Batch } from './batch.ts'
import {
  flowProbe,
  loadSmall,
  type FlowProbe,
  type PortColumn,
  type SmallColumn,
} from './flow-probe.ts'
import type { FlowRecord } from '../../model/flow.ts'

/**
 * One thing by which flows differ. Numbers its values from 0 over the whole question, so that groups are numbers until
 * the end: numbers of a block's dictionary never leave the block.
 */
export interface Dimension {
  /** The value's number of each piece. @throws DamagedColumn */
  readonly numbersOf: (batch: Batch) => Uint32Array
  /** Values of that number, one a field of the dimension. */
  readonly valuesAt: (number: number) => readonly GroupValue[]
  /** For counting different ones; undefined where the value is not known. Of the dimension's first field. */
  readonly keyAt: (number: number) => HashedKey | undefined
  /** Memory that grows with its values; nearly. */
  readonly bytes: () => number
}

/** Of a value in a `Map` by its name, and in a list. */
const valueBytes = 200

const unset = 0xffff_ffff

/** Values as a dictionary of the whole question. */
class Values {
  readonly #numbers = new Map<string, number>()
  readonly #values: (readonly GroupValue[])[] = []

  numberOf(values: readonly GroupValue[]): number {
    // JSON tells null from a text and a number from its digits.
    const name = values.length === 1 && typeof values[0] === 'string' ? values[0] : nameOf(values)
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    this.#numbers.set(name, this.#values.length)
    return this.#values.push(values) - 1
  }

  readonly bytes = () => this.#values.length * valueBytes

  readonly valuesAt = (number: number): readonly GroupValue[] => this.#values[number]!

  readonly keyAt = (number: number): HashedKey | undefined => {
    const value = this.#values[number]![0]
    return value === null || value === undefined ? undefined : hashValue(value)
  }
}

/** NUL cannot begin a cleaned text. */
const nameOf = (values: readonly GroupValue[]) => `\0${JSON.stringify(values)}`

/** The same for all flows. */
export function constantDimension(value: GroupValue): Dimension {
  const { numberOf, ...known } = dictionary()
  numberOf([value])
  return { numbersOf: ({ rows }) => new Uint32Array(rows.length), ...known }
}

function dictionary() {
  const values = new Values()
  return {
    numberOf: (of: readonly GroupValue[]) => values.numberOf(of),
    valuesAt: values.valuesAt,
    keyAt: values.keyAt,
    bytes: values.bytes,
  }
}

/** What is read of the owner whose traffic it is, all fields at once: there are few owners in a block. */
export function actorDimension(fields: readonly ((flow: FlowRecord) => GroupValue)[]): Dimension {
  const { numberOf, ...dimension } = dictionary()
  const probe = flowProbe()
  return {
    ...dimension,
    numbersOf({ columns, rows }) {
      const actors = columns.actors()
      const known = new Uint32Array(columns.owners.rows).fill(unset)
      const numbers = new Uint32Array(rows.length)
      for (let k = 0; k < numbers.length; k++) {
        const actor = actors[rows[k]!]!
        if (known[actor] === unset) known[actor] = numberOf(ofOwner(columns.owners.view(actor)))
        numbers[k] = known[actor]!
      }
      return numbers
    },
  }
  function ofOwner(owner: Owner): readonly GroupValue[] {
    probe.owner = owner
    return fields.map((field) => field(probe))
  }
}

/** A column of small numbers or ports, whose values are asked about once. */
export function smallDimension(
  name: SmallColumn | PortColumn,
  field: (flow: FlowRecord) => GroupValue,
): Dimension {
  const { numberOf, ...dimension } = dictionary()
  const probe = flowProbe()
  const known = new Uint32Array(65_536).fill(unset)
  return {
    ...dimension,
    numbersOf({ columns, rows }) {
      const values = columns.column(name)
      const numbers = new Uint32Array(rows.length)
      for (let k = 0; k < numbers.length; k++) {
        const value = values[rows[k]!]!
        if (known[value] === unset) known[value] = numberOf([fieldOf(value)])
        numbers[k] = known[value]!
      }
      return numbers
    },
  }
  function fieldOf(value: number): GroupValue {
    loadSmall(probe, name, value)
    return field(probe)
  }
}

/** A number that follows from a piece in whatever way. */
export function computedDimension(
  compute: (batch: Batch) => (piece: number) => number | null,
): Dimension {
  const { numberOf, ...dimension } = dictionary()
  const known = new Map<number | null, number>()
  return {
    ...dimension,
    numbersOf(batch) {
      const valueOf = compute(batch)
      const numbers = new Uint32Array(batch.rows.length)
      // Neighbours are often alike: times of records, and network namespaces.
      let last: number | null = -1
      let lastNumber = unset
      for (let k = 0; k < numbers.length; k++) {
        const value = valueOf(k)
        if (value !== last || lastNumber === unset) {
          lastNumber = known.get(value) ?? numberOf([value])
          known.set(value, lastNumber)
          last = value
        }
        numbers[k] = lastNumber
      }
      return numbers
    },
  }
}

/** How many leading bits of an address belong to its network, of 128. */
export type PrefixOf = (address: Address) => number

/** Addresses of an end, or the networks that they are in. */
export function addressDimension(
  name: 'localAddress' | 'remoteAddress',
  prefix?: { readonly v4Bits: number; readonly v6Bits: number },
): Dimension {
  const numbersOfKeys = new Map<string, number>()
  const keys: Address[] = []
  const numberOf = (address: Address): number => {
    const masked = prefix ? maskedTo(address, bitsOf(address, prefix)) : address
    const key = String.fromCharCode(...masked)
    const known = numbersOfKeys.get(key)
    if (known !== undefined) return known
    numbersOfKeys.set(key, keys.length)
    return keys.push(masked.slice()) - 1
  }
  return {
    valuesAt: (number) => [formatted(keys[number]!, prefix)],
    keyAt: (number) => hashAddress(keys[number]!),
    bytes: () => keys.length * valueBytes,
    numbersOf({ columns, rows }) {
      const { distinct, ids } = columns.column(name)
      const known = new Uint32Array(distinct.length / addressBytes).fill(unset)
      const numbers = new Uint32Array(rows.length)
      for (let k = 0; k < numbers.length; k++) {
        const id = ids[rows[k]!]!
        if (known[id] === unset)
          known[id] = numberOf(distinct.subarray(id * addressBytes, (id + 1) * addressBytes))
        numbers[k] = known[id]!
      }
      return numbers
    },
  }
}

interface PrefixBits {
  readonly v4Bits: number
  readonly v6Bits: number
}

const bitsOf = (address: Address, { v4Bits, v6Bits }: PrefixBits) =>
  isIpv4(address) ? 96 + v4Bits : v6Bits

function maskedTo(address: Address, bits: number): Address {
  return address.map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - 8 * i))) & 0xff)
}

function formatted(address: Address, prefix: PrefixBits | undefined): string {
  if (!prefix) return formatAddress(address)
  return `${formatAddress(address)}/${isIpv4(address) ? prefix.v4Bits : prefix.v6Bits}`
}

export type { FlowProbe }
