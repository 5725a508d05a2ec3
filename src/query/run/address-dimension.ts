import { addressBytes, formatAddress, isIpv4, type Address } from '../../model/address.ts'
import { AddressTable, addressWords, wordsOf } from '../../model/address-table.ts'
import type { BlockSpace } from '../../model/kernels/room.ts'
import { runKernel } from '../../model/kernels/run-kernel.ts'
import { hashAddress } from '../aggregate/key-hash.ts'
import { addressBits, maskOf } from '../filter/network.ts'
import type { Dimension } from './dimension.ts'
import type { Selection } from './selection.ts'

/** Lengths of the prefixes that are told apart, of each family its own. */
interface PrefixBits {
  readonly v4Bits: number
  readonly v6Bits: number
}

/** Addresses of an end, or the networks that they are in. */
export function addressDimension(
  name: 'localAddress' | 'remoteAddress',
  prefix?: PrefixBits,
): Dimension {
  const masks = prefix ? masksOf(prefix) : noMasks
  // Where the first block has room for what stays.
  let table: AddressTable | undefined
  return {
    valuesAt: (number) => [formatted(table!.address(number), prefix)],
    keyAt: (number) => hashAddress(table!.address(number)),
    bytes: () => table?.bytes ?? 0,
    numbersOf: byAddress(name, (distinct, places, space) => {
      table ??= new AddressTable(undefined, space.kept)
      return table.numbersOf({ words: wordsOf(distinct), places, masks }, space)
    }),
  }
}

/** Numbers of rows by their addresses, each of which is asked about once a block. */
export const byAddress =
  (
    name: 'localAddress' | 'remoteAddress',
    numbersOf: (distinct: Uint8Array, ids: Uint32Array, space: BlockSpace) => Uint32Array,
  ): Dimension['numbersOf'] =>
  ({ columns, rows }) => {
    const { distinct, ids } = columns.column(name)
    const { space } = columns
    const count = distinct.length / addressBytes
    // All rows together have all of them.
    const isWhole = rows.length === columns.rows
    const idsMet = isWhole ? space.allRows(count) : idsAmong({ ids, rows, count }, space)
    const met = numbersOf(distinct, idsMet, space)
    const known = isWhole ? met : spread(met, idsMet, space.scratch.words(count))
    const numbers = space.scratch.words(rows.length)
    lookUp(numbers, rows, ids, known)
    return { numbers, met }
  }

function lookUp(numbers: Uint32Array, rows: Selection, ids: Uint32Array, known: Uint32Array): void {
  if (runKernel('lookUpKnown', numbers, rows, rows.length, ids, known) !== undefined) return
  for (let k = 0; k < numbers.length; k++) numbers[k] = known[ids[rows[k]!]!]!
}

/** Values at their places among all. */
function spread(values: Uint32Array, places: Uint32Array, all: Uint32Array): Uint32Array {
  spreadInto(all, values, places)
  return all
}

function spreadInto(all: Uint32Array, values: Uint32Array, places: Uint32Array): void {
  if (runKernel('spreadInto', all, values, places, values.length) !== undefined) return
  for (let i = 0; i < values.length; i++) all[places[i]!] = values[i]!
}

interface IdsOfRows {
  readonly ids: Uint32Array
  readonly rows: Selection
  /** Ids are below. */
  readonly count: number
}

/** Those that the rows have, each once. */
function idsAmong({ ids, rows, count }: IdsOfRows, { scratch }: BlockSpace): Uint32Array {
  const isMet = scratch.bytes(count).fill(0)
  // One more, because the place after the last is written to.
  const met = scratch.words(count + 1)
  return met.subarray(0, takeNew(met, isMet, ids, rows))
}

function takeNew(met: Uint32Array, isMet: Uint8Array, ids: Uint32Array, rows: Selection): number {
  const taken = runKernel('takeNew', met, isMet, ids, rows, rows.length)
  if (taken !== undefined) return taken
  let size = 0
  for (let k = 0; k < rows.length; k++) {
    const id = ids[rows[k]!]!
    met[size] = id
    size += 1 - isMet[id]!
    isMet[id] = 1
  }
  return size
}

const noMasks = new Uint32Array(2 * addressWords).fill(0xffff_ffff)

/** Clears what is past a prefix. */
const masksOf = ({ v4Bits, v6Bits }: PrefixBits): Uint32Array =>
  wordsOf(
    Uint8Array.from({ length: 2 * addressBytes }, (_, i) =>
      i < addressBytes ? maskOf(i, addressBits - 32 + v4Bits) : maskOf(i - addressBytes, v6Bits),
    ),
  )

function formatted(address: Address, prefix: PrefixBits | undefined): string {
  if (!prefix) return formatAddress(address)
  return `${formatAddress(address)}/${isIpv4(address) ? prefix.v4Bits : prefix.v6Bits}`
}
