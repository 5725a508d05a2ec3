import { randomInt } from 'node:crypto'
import { longer } from './longer.ts'

/**
 * Numbers pairs of numbers in the order of their first sight, from 0. While both stay small a pair has its own cell; then
 * by open addressing over typed arrays, because a `Map` would need a key of both, at five times the time and memory. The
 * first pair of a left number is found without: most addresses of a fleet have one process each.
 */
export class PairTable {
  #size = 0
  #lefts = new Uint32Array(1024)
  #rights = new Uint32Array(1024)
  /** One past a pair's number, 0 for none: at `left * stride + right`, or where its hash says, at most half of them. */
  #cells = new Uint32Array(1024)
  /** A power of two; 0: by hash. */
  #stride = 32
  /** By hash only: one past the first pair of each left number, 0 for none. */
  #firsts = new Uint32Array(0)
  /** By hash only: pairs that are no first ones. */
  #hashed = 0
  readonly #squareCellsMax: number

  /** @param squareCellsMax cells by both numbers, 4 B each: of more, pairs are found by hash */
  constructor(squareCellsMax = 2 ** 20) {
    this.#squareCellsMax = squareCellsMax
  }

  get size(): number {
    return this.#size
  }

  get bytes(): number {
    const arrays = [this.#lefts, this.#rights, this.#cells, this.#firsts]
    return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0)
  }

  left(pair: number): number {
    return this.#lefts[pair]!
  }

  right(pair: number): number {
    return this.#rights[pair]!
  }

  numberOf(left: number, right: number): number {
    if (this.#stride === 0) return this.#hashedNumberOf(left, right)
    const at = left * this.#stride + right
    if (right >= this.#stride || at >= this.#cells.length) {
      this.#widen(left, right)
      return this.numberOf(left, right)
    }
    const number = this.#cells[at]! - 1
    if (number !== -1) return number
    this.#cells[at] = this.#size + 1
    return this.#add(left, right)
  }

  /** The numbers of pair after pair, each in the place of its left number. */
  numberAll(lefts: Uint32Array, rights: Uint32Array): void {
    let [cells, stride] = [this.#cells, this.#stride]
    let k = 0
    for (; k < lefts.length && stride > 0; k++) {
      const [left, right] = [lefts[k]!, rights[k]!]
      const at = left * stride + right
      const number = right < stride && at < cells.length ? cells[at]! - 1 : -1
      if (number !== -1) {
        lefts[k] = number
        continue
      }
      lefts[k] = this.numberOf(left, right)
      cells = this.#cells
      stride = this.#stride
    }
    if (k < lefts.length) this.#numberByHash(lefts, rights, k)
  }

  /** From the place `k` on. Without a call for the first pair of each left number, as most of many groups are. */
  #numberByHash(lefts: Uint32Array, rights: Uint32Array, k: number): void {
    let [firsts, ownLefts, ownRights, size] = [this.#firsts, this.#lefts, this.#rights, this.#size]
    for (; k < lefts.length; k++) {
      const [left, right] = [lefts[k]!, rights[k]!]
      const first = left < firsts.length ? firsts[left]! - 1 : -1
      if (first !== -1 && ownRights[first] === right) {
        lefts[k] = first
      } else if (first === -1 && left < firsts.length && size + 1 < ownLefts.length) {
        ownLefts[size] = left
        ownRights[size] = right
        lefts[k] = size++
        firsts[left] = size
      } else {
        this.#size = size
        lefts[k] = this.#hashedNumberOf(left, right)
        firsts = this.#firsts
        ownLefts = this.#lefts
        ownRights = this.#rights
        size = this.#size
      }
    }
    this.#size = size
  }

  #hashedNumberOf(left: number, right: number): number {
    const first = left < this.#firsts.length ? this.#firsts[left]! - 1 : -1
    if (first === -1) return this.#addFirst(left, right)
    const rights = this.#rights
    if (rights[first] === right) return first
    const cells = this.#cells
    const lefts = this.#lefts
    const mask = cells.length - 1
    for (let at = hash(left, right) & mask; ; at = (at + 1) & mask) {
      const pair = cells[at]! - 1
      if (pair === -1) {
        const added = this.#add(left, right)
        cells[at] = added + 1
        this.#hashed += 1
        if (2 * this.#hashed > cells.length) this.#hashAll(this.#hashed)
        return added
      }
      if (lefts[pair] === left && rights[pair] === right) return pair
    }
  }

  #addFirst(left: number, right: number): number {
    if (left >= this.#firsts.length) this.#firsts = longer(this.#firsts, left + 1)
    this.#firsts[left] = this.#size + 1
    return this.#add(left, right)
  }

  #add(left: number, right: number): number {
    const pair = this.#size++
    this.#lefts[pair] = left
    this.#rights[pair] = right
    if (this.#size === this.#lefts.length) {
      this.#lefts = longer(this.#lefts, this.#size + 1)
      this.#rights = longer(this.#rights, this.#size + 1)
    }
    return pair
  }

  /** So that the pair has a cell. */
  #widen(left: number, right: number): void {
    const stride = Math.max(this.#stride, powerAbove(right))
    const cells = stride * Math.max(this.#cells.length / this.#stride, powerAbove(left))
    if (cells > this.#squareCellsMax) {
      this.#stride = 0
      return this.#hashAll(this.#size)
    }
    this.#stride = stride
    this.#cells = new Uint32Array(cells)
    for (let pair = 0; pair < this.#size; pair++)
      this.#cells[this.#lefts[pair]! * stride + this.#rights[pair]!] = pair + 1
  }

  /** @param most of them are no first ones */
  #hashAll(most: number): void {
    const [lefts, rights] = [this.#lefts, this.#rights]
    const cells = new Uint32Array(powerAbove(Math.max(512, 2 * most)))
    const mask = cells.length - 1
    this.#cells = cells
    this.#hashed = 0
    for (let pair = 0; pair < this.#size; pair++) {
      const left = lefts[pair]!
      if (left >= this.#firsts.length) this.#firsts = longer(this.#firsts, left + 1)
      if (this.#firsts[left] === 0) this.#firsts[left] = pair + 1
      if (this.#firsts[left] === pair + 1) continue
      let at = hash(left, rights[pair]!) & mask
      while (cells[at] !== 0) at = (at + 1) & mask
      cells[at] = pair + 1
      this.#hashed += 1
    }
  }
}

const powerAbove = (number: number) => 2 ** Math.ceil(Math.log2(number + 1))

/** Of numbers that a hostile host may choose: nobody outside knows what makes two pairs meet. */
const ofLeft = 2 * randomInt(2 ** 31) + 1
const ofRight = 2 * randomInt(2 ** 31) + 1

function hash(left: number, right: number): number {
  let mixed = Math.imul(left, ofLeft) ^ Math.imul(right, ofRight)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2_ae3d)
  return mixed ^ (mixed >>> 13)
}
