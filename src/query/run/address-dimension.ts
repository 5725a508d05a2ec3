import { addressBytes, formatAddress, isIpv4, type Address } from '../../model/address.ts'
import { AddressTable, addressWords, isV4At, wordsOf } from '../../model/address-table.ts'
import { hashAddress } from '../aggregate/key-hash.ts'
import { addressBits, maskOf } from '../filter/network.ts'
import type { Dimension } from './dimension.ts'
import { allRows, type Selection } from './selection.ts'

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
  const table = new AddressTable()
  const mask = prefix && new Masking(prefix)
  return {
    valuesAt: (number) => [formatted(table.address(number), prefix)],
    keyAt: (number) => hashAddress(table.address(number)),
    bytes: () => table.bytes,
    numbersOf: byAddress(name, (distinct, ids) => {
      const words = wordsOf(distinct)
      return mask
        ? table.numbersOf(mask.masked(words, ids), allRows(ids.length))
        : table.numbersOf(words, ids)
    }),
  }
}

/** Numbers of rows by their addresses, each of which is asked about once a block. */
export const byAddress =
  (
    name: 'localAddress' | 'remoteAddress',
    numbersOf: (distinct: Uint8Array, ids: Uint32Array) => Uint32Array,
  ): Dimension['numbersOf'] =>
  ({ columns, rows }) => {
    const { distinct, ids } = columns.column(name)
    const count = distinct.length / addressBytes
    // All rows together have all of them.
    const isWhole = rows.length === columns.rows
    const idsMet = isWhole ? allRows(count) : idsAmong(ids, rows, count)
    const met = numbersOf(distinct, idsMet)
    const known = isWhole ? met : spread(met, idsMet, count)
    const numbers = new Uint32Array(rows.length)
    lookUp(numbers, rows, ids, known)
    return { numbers, met }
  }

function lookUp(numbers: Uint32Array, rows: Selection, ids: Uint32Array, known: Uint32Array): void {
  for (let k = 0; k < numbers.length; k++) numbers[k] = known[ids[rows[k]!]!]!
}

/** Values at their places among so many. */
function spread(values: Uint32Array, places: Uint32Array, count: number): Uint32Array {
  const all = new Uint32Array(count)
  spreadInto(all, values, places)
  return all
}

function spreadInto(all: Uint32Array, values: Uint32Array, places: Uint32Array): void {
  for (let i = 0; i < values.length; i++) all[places[i]!] = values[i]!
}

/** Those that the rows have, each once. */
function idsAmong(ids: Uint32Array, rows: Selection, count: number): Uint32Array {
  const isMet = new Uint8Array(count)
  // One more, because the place after the last is written to.
  const met = new Uint32Array(count + 1)
  return met.subarray(0, takeNew(met, isMet, ids, rows))
}

function takeNew(met: Uint32Array, isMet: Uint8Array, ids: Uint32Array, rows: Selection): number {
  let size = 0
  for (let k = 0; k < rows.length; k++) {
    const id = ids[rows[k]!]!
    met[size] = id
    size += 1 - isMet[id]!
    isMet[id] = 1
  }
  return size
}

/** Clears what is past a prefix, word by word. */
class Masking {
  readonly #v4: Uint32Array
  readonly #v6: Uint32Array

  constructor({ v4Bits, v6Bits }: PrefixBits) {
    const words = (bits: number) =>
      wordsOf(Uint8Array.from({ length: 16 }, (_, i) => maskOf(i, bits)))
    this.#v4 = words(addressBits - 32 + v4Bits)
    this.#v6 = words(v6Bits)
  }

  /** Of the addresses at those places. */
  masked(words: Uint32Array, places: Uint32Array): Uint32Array {
    const kept = new Uint32Array(places.length * addressWords)
    maskEach(kept, words, places, [this.#v4, this.#v6])
    return kept
  }
}

function maskEach(
  kept: Uint32Array,
  words: Uint32Array,
  places: Uint32Array,
  [v4, v6]: readonly [Uint32Array, Uint32Array],
): void {
  for (let k = 0, to = 0; k < places.length; k++, to += addressWords) {
    const at = places[k]! * addressWords
    const mask = isV4At(words, at) ? v4 : v6
    kept[to] = words[at]! & mask[0]!
    kept[to + 1] = words[at + 1]! & mask[1]!
    kept[to + 2] = words[at + 2]! & mask[2]!
    kept[to + 3] = words[at + 3]! & mask[3]!
  }
}

function formatted(address: Address, prefix: PrefixBits | undefined): string {
  if (!prefix) return formatAddress(address)
  return `${formatAddress(address)}/${isIpv4(address) ? prefix.v4Bits : prefix.v6Bits}`
}
