import { addressBytes, type Address } from './address.ts'
import { plainRoom, type BlockSpace, type Room } from './kernels/room.ts'
import { runKernel } from './kernels/run-kernel.ts'

/** Words of 32 bits in an address, in the machine's own order. */
export const addressWords = addressBytes / 4

/** 16 bytes an address, from a multiple of 4 on; shares the memory. */
export const wordsOf = (addresses: Uint8Array): Uint32Array =>
  new Uint32Array(addresses.buffer, addresses.byteOffset, addresses.byteLength / 4)

/** Shares the memory. */
export const bytesOf = (words: Uint32Array): Uint8Array =>
  new Uint8Array(words.buffer, words.byteOffset, words.byteLength)

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

  /** `expected`: how many there may be, so that the table need not grow; `room`: where it is. */
  constructor(expected = 1024, room = plainRoom) {
    this.#words = room.words(roomFor(expected) * addressWords)
    this.#slots = room.words(2 * roomFor(expected)).fill(0)
  }

  get size(): number {
    return this.#size
  }

  get bytes(): number {
    return this.#words.byteLength + this.#slots.byteLength
  }

  /** A view of its bytes, until the next one is numbered. */
  address(number: number): Address {
    return bytesOf(this.#words).subarray(number * addressBytes, (number + 1) * addressBytes)
  }

  /** All of them in order, as a copy. */
  addresses(): Uint8Array {
    return bytesOf(this.#words).slice(0, this.#size * addressBytes)
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

  /** Of the addresses at those places among others, in order, and of each only the bits that its mask has. */
  numbersOf({ words, places, masks }: AddressesGiven, { scratch, kept }: BlockSpace): Uint32Array {
    const numbers = scratch.words(places.length)
    const keys = scratch.words(places.length * addressWords)
    maskEach(keys, { words, places, masks: wordsOf(scratch.having(bytesOf(masks))) })
    this.#ensure(this.#size + places.length, kept)
    this.#numberEach(numbers, keys)
    return numbers
  }

  #numberEach(numbers: Uint32Array, keys: Uint32Array): void {
    const [slots, known] = [this.#slots, this.#words]
    const tables = [known, slots, slots.length - 1, this.#size] as const
    const size = runKernel('numberAddresses', numbers, keys, numbers.length, ...tables)
    if (size !== undefined) this.#size = size
    else for (let i = 0; i < numbers.length; i++) numbers[i] = this.numberOf(keys, i * addressWords)
  }

  #add(words: Uint32Array, at: number): number {
    const number = this.#size++
    for (let i = 0; i < addressWords; i++) this.#words[number * addressWords + i] = words[at + i]!
    this.#ensure(this.#size + 1, plainRoom)
    return number
  }

  /** Twice as many slots as addresses there may be. */
  #ensure(size: number, room: Room): void {
    if (2 * size < this.#slots.length) return
    const slots = room.words(2 * roomFor(size)).fill(0)
    const words = room.words(roomFor(size) * addressWords)
    words.set(this.#words.subarray(0, this.#size * addressWords))
    placeAll(slots, words, this.#size)
    this.#words = words
    this.#slots = slots
  }
}

const roomFor = (size: number) => 2 ** Math.ceil(Math.log2(size + 1))

function placeAll(slots: Uint32Array, words: Uint32Array, size: number): void {
  const mask = slots.length - 1
  for (let number = 0, at = 0; number < size; number++, at += addressWords) {
    let slot = hash(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!) & mask
    while (slots[slot] !== 0) slot = (slot + 1) & mask
    slots[slot] = number + 1
  }
}

/** Some of many addresses. */
export interface AddressesGiven {
  readonly words: Uint32Array
  readonly places: Uint32Array
  /** Four words for an IPv4 address, then four for another: what of them counts. */
  readonly masks: Uint32Array
}

function maskEach(kept: Uint32Array, { words, places, masks }: AddressesGiven): void {
  if (runKernel('maskEach', kept, words, places, places.length, masks, v4Word) !== undefined) return
  for (let k = 0, to = 0; k < places.length; k++, to += addressWords) {
    const at = places[k]! * addressWords
    const mask = isV4At(words, at) ? 0 : addressWords
    kept[to] = words[at]! & masks[mask]!
    kept[to + 1] = words[at + 1]! & masks[mask + 1]!
    kept[to + 2] = words[at + 2]! & masks[mask + 2]!
    kept[to + 3] = words[at + 3]! & masks[mask + 3]!
  }
}

function hash(a: number, b: number, c: number, d: number): number {
  let mixed = Math.imul(a ^ Math.imul(b, 0x9e37_79b1), 0x85eb_ca77)
  mixed = Math.imul(mixed ^ (mixed >>> 15) ^ c, 0xc2b2_ae3d) ^ d
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x27d4_eb2f)
  return mixed ^ (mixed >>> 15)
}
