import { formatAddress, isIpv4, type Address } from '../../model/address.ts'
import { AddressTable, addressWords, wordsOf } from '../../model/address-table.ts'
import { hashAddress } from '../aggregate/key-hash.ts'
import { addressBits, maskOf } from '../filter/network.ts'
import { unset, type Dimension } from './dimension.ts'

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
    numbersOf({ columns, rows }) {
      const { distinct, ids } = columns.column(name)
      const words = mask ? mask.masked(wordsOf(distinct)) : wordsOf(distinct)
      const known = new Uint32Array(words.length / addressWords).fill(unset)
      const numbers = new Uint32Array(rows.length)
      const met: number[] = []
      for (let k = 0; k < numbers.length; k++) {
        const id = ids[rows[k]!]!
        let number = known[id]!
        if (number === unset) {
          number = table.numberOf(words, id * addressWords)
          known[id] = number
          met.push(number)
        }
        numbers[k] = number
      }
      return { numbers, met }
    },
  }
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

  masked(words: Uint32Array): Uint32Array {
    const kept = new Uint32Array(words.length)
    for (let at = 0; at < words.length; at += addressWords) {
      const isV4 = words[at] === 0 && words[at + 1] === 0 && words[at + 2] === v4Word
      const mask = isV4 ? this.#v4 : this.#v6
      for (let i = 0; i < addressWords; i++) kept[at + i] = words[at + i]! & mask[i]!
    }
    return kept
  }
}

/** The third word of each v4-mapped address, whatever the machine's order of bytes. */
const v4Word = wordsOf(Uint8Array.of(0, 0, 0xff, 0xff))[0]!

function formatted(address: Address, prefix: PrefixBits | undefined): string {
  if (!prefix) return formatAddress(address)
  return `${formatAddress(address)}/${isIpv4(address) ? prefix.v4Bits : prefix.v6Bits}`
}
