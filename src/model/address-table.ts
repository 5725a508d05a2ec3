import { addressBytes, type Address } from './address.ts'

/** Words of 32 bits in an address, in the machine's own order. */
export const addressWords = addressBytes / 4

/** 16 bytes an address, from a multiple of 4 on; shares the memory. */
export const wordsOf = (addresses: Uint8Array): Uint32Array =>
  new Uint32Array(addresses.buffer, addresses.byteOffset, addresses.byteLength / 4)

/** The third word of each v4-mapped address, whatever the machine's order of bytes; the two before it are 0. */
export const v4Word = wordsOf(Uint8Array.of(0, 0, 0xff, 0xff))[0]!

/** Whether the address whose four words begin at `at` is an IPv4 one. */
export const isV4At = (words: Uint32Array, at: number): boolean =>
  words[at] === 0 && words[at + 1] === 0 && words[at + 2] === v4Word

/**
 * Numbers different addresses in the order of their first sight, from 0. A hash table of its own, because a string an
 * address as the key of a `Map` took a fifth of the time of an append, and half of that of a question.
 */
export class AddressTable {
  #size = 0
  /** Those that have a number, one after the other. */
  #words: Uint32Array
  /** One past the number in a slot, 0 for none; at least twice as many as addresses. */
  #slots: Uint32Array

  /** `expected`: how many there may be, so that the table need not grow. */
  constructor(expected = 1024) {
    const room = 2 ** Math.ceil(Math.log2(expected + 1))
    this.#words = new Uint32Array(room * addressWords)
    this.#slots = new Uint32Array(2 * room)
  }

  get size(): number {
    return this.#size
  }

  get bytes(): number {
    return this.#words.byteLength + this.#slots.byteLength
  }

  /** A view of its bytes, until the next one is numbered. */
  address(number: number): Address {
    return new Uint8Array(this.#words.buffer, number * addressBytes, addressBytes)
  }

  /** All of them in order, as a copy. */
  addresses(): Uint8Array {
    return new Uint8Array(this.#words.buffer).slice(0, this.#size * addressBytes)
  }

  /** Of the address whose four words begin at `at`. */
  numberOf(words: Uint32Array, at: number): number {
    const [slots, known] = [this.#slots, this.#words]
    const [a, b, c, d] = [words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!]
    const mask = slots.length - 1
    for (let slot = hash(a, b, c, d) & mask; ; slot = (slot + 1) & mask) {
      const number = slots[slot]! - 1
      if (number === -1) {
        slots[slot] = this.#size + 1
        return this.#add(words, at)
      }
      const other = number * addressWords
      if (
        known[other + 3] === d &&
        known[other] === a &&
        known[other + 1] === b &&
        known[other + 2] === c
      )
        return number
    }
  }

  /**
   * Of the addresses at those places among others, in order. In passes of their own for what hashes say and for what is
   * there, because so the processor waits for memory for many addresses at once.
   */
  numbersOf(words: Uint32Array, places: Uint32Array): Uint32Array {
    const numbers = new Uint32Array(places.length)
    firstGuesses(numbers, words, places, this.#slots)
    this.#settle(numbers, words, places)
    return numbers
  }

  /** Each guess becomes the number. */
  #settle(guesses: Uint32Array, words: Uint32Array, places: Uint32Array): void {
    let known = this.#words
    for (let i = 0; i < guesses.length; i++) {
      const at = places[i]! * addressWords
      const number = guesses[i]! - 1
      const other = number * addressWords
      if (
        number !== -1 &&
        known[other + 3] === words[at + 3] &&
        known[other] === words[at] &&
        known[other + 1] === words[at + 1] &&
        known[other + 2] === words[at + 2]
      )
        guesses[i] = number
      else {
        guesses[i] = this.numberOf(words, at)
        known = this.#words
      }
    }
  }

  #add(words: Uint32Array, at: number): number {
    const number = this.#size++
    for (let i = 0; i < addressWords; i++) this.#words[number * addressWords + i] = words[at + i]!
    if (2 * this.#size >= this.#slots.length) this.#grow()
    return number
  }

  #grow(): void {
    const words = new Uint32Array(this.#words.length * 2)
    words.set(this.#words)
    const slots = new Uint32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    for (let number = 0; number < this.#size; number++) {
      const at = number * addressWords
      let slot = hash(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = number + 1
    }
    this.#words = words
    this.#slots = slots
  }
}

/** What is in the slots that the hashes of the addresses say. */
function firstGuesses(
  guesses: Uint32Array,
  words: Uint32Array,
  places: Uint32Array,
  slots: Uint32Array,
): void {
  const mask = slots.length - 1
  for (let i = 0; i < guesses.length; i++) {
    const at = places[i]! * addressWords
    guesses[i] = slots[hash(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!) & mask]!
  }
}

function hash(a: number, b: number, c: number, d: number): number {
  let mixed = Math.imul(a ^ Math.imul(b, 0x9e37_79b1), 0x85eb_ca77)
  mixed = Math.imul(mixed ^ (mixed >>> 15) ^ c, 0xc2b2_ae3d) ^ d
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x27d4_eb2f)
  return mixed ^ (mixed >>> 15)
}
