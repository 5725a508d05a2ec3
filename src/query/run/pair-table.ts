import { randomInt } from 'node:crypto'

/** Cells of a table by both numbers: 4 MB. */
const squareCellsMax = 2 ** 20

/**
 * Numbers pairs of numbers in the order of their first sight, from 0. While both stay small a pair has its own cell; then
 * by open addressing over typed arrays, because a `Map` would need a key of both, at five times the time and memory.
 */
export class PairTable {
  #size = 0
  #lefts = new Uint32Array(1024)
  #rights = new Uint32Array(1024)
  /** One past a pair's number, 0 for none: at `left * stride + right`, or where its hash says, by two for each pair. */
  #cells = new Uint32Array(1024)
  /** A power of two; 0: by hash. */
  #stride = 32

  get size(): number {
    return this.#size
  }

  get bytes(): number {
    return this.#lefts.byteLength + this.#rights.byteLength + this.#cells.byteLength
  }

  left(pair: number): number {
    return this.#lefts[pair]!
  }

  right(pair: number): number {
    return this.#rights[pair]!
  }

  numberOf(left: number, right: number): number {
    const at = this.#cellOf(left, right)
    if (at === -1) {
      this.#widen(left, right)
      return this.numberOf(left, right)
    }
    const number = this.#cells[at]! - 1
    return number === -1 ? this.#add(left, right, at) : number
  }

  /** The numbers of pair after pair, each in the place of its left number. */
  numberAll(lefts: Uint32Array, rights: Uint32Array): void {
    const from = this.#stride > 0 ? this.#numberByCell(lefts, rights) : 0
    if (from < lefts.length) this.#numberByHash(lefts.subarray(from), rights.subarray(from))
  }

  /** Up to the pair for which there is no table by both, which is told; to the end where there is none. */
  #numberByCell(lefts: Uint32Array, rights: Uint32Array): number {
    let [cells, stride] = [this.#cells, this.#stride]
    for (let k = 0; k < lefts.length; k++) {
      const [left, right] = [lefts[k]!, rights[k]!]
      const at = left * stride + right
      const number = right < stride && at < cells.length ? cells[at]! - 1 : -1
      if (number !== -1) {
        lefts[k] = number
        continue
      }
      lefts[k] = this.numberOf(left, right)
      if (this.#stride === 0) return k + 1
      cells = this.#cells
      stride = this.#stride
    }
    return lefts.length
  }

  #numberByHash(lefts: Uint32Array, rights: Uint32Array): void {
    let [cells, ofLefts, ofRights] = [this.#cells, this.#lefts, this.#rights]
    for (let k = 0; k < lefts.length; k++) {
      const [left, right] = [lefts[k]!, rights[k]!]
      const mask = cells.length - 1
      let at = hash(left, right) & mask
      let pair = cells[at]! - 1
      while (pair !== -1 && (ofLefts[pair] !== left || ofRights[pair] !== right)) {
        at = (at + 1) & mask
        pair = cells[at]! - 1
      }
      if (pair === -1) {
        pair = this.#add(left, right, at)
        cells = this.#cells
        ofLefts = this.#lefts
        ofRights = this.#rights
      }
      lefts[k] = pair
    }
  }

  /** The pair's cell, or that where it is to be; -1 where both are too large for a table by both. */
  #cellOf(left: number, right: number): number {
    const cells = this.#cells
    if (this.#stride > 0) {
      const at = left * this.#stride + right
      return right < this.#stride && at < cells.length ? at : -1
    }
    const mask = cells.length - 1
    for (let at = hash(left, right) & mask; ; at = (at + 1) & mask) {
      const pair = cells[at]! - 1
      if (pair === -1 || (this.#lefts[pair] === left && this.#rights[pair] === right)) return at
    }
  }

  #add(left: number, right: number, at: number): number {
    const pair = this.#size++
    this.#lefts[pair] = left
    this.#rights[pair] = right
    this.#cells[at] = pair + 1
    if (this.#size === this.#lefts.length) this.#grow()
    return pair
  }

  #grow(): void {
    this.#lefts = twice(this.#lefts)
    this.#rights = twice(this.#rights)
    if (this.#stride === 0) this.#placeAll(2 * this.#lefts.length)
  }

  /** So that the pair has a cell. */
  #widen(left: number, right: number): void {
    const stride = Math.max(this.#stride, powerAbove(right))
    const cells = stride * Math.max(this.#cells.length / this.#stride, powerAbove(left))
    this.#stride = cells > squareCellsMax ? 0 : stride
    this.#placeAll(this.#stride === 0 ? 2 * this.#lefts.length : cells)
  }

  #placeAll(cells: number): void {
    this.#cells = new Uint32Array(cells)
    for (let pair = 0; pair < this.#size; pair++)
      this.#cells[this.#cellOf(this.#lefts[pair]!, this.#rights[pair]!)] = pair + 1
  }
}

function twice(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(numbers.length * 2)
  larger.set(numbers)
  return larger
}

const powerAbove = (number: number) => 2 ** Math.ceil(Math.log2(number + 1))

/** Of numbers that a hostile host may choose: nobody outside knows what makes two pairs meet. */
const multipliers = Array.from({ length: 2 }, () => 2 * randomInt(2 ** 31) + 1)
const [ofLeft, ofRight] = [multipliers[0]!, multipliers[1]!]

function hash(left: number, right: number): number {
  let mixed = Math.imul(left, ofLeft) ^ Math.imul(right, ofRight)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2_ae3d)
  return mixed ^ (mixed >>> 13)
}
