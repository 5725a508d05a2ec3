/**
 * Numbers pairs of numbers in the order of their first sight, from 0: open addressing over typed arrays, because a `Map`
 * would need a key of both, at five times the time and memory.
 */
export class PairTable {
  #size = 0
  #lefts = new Uint32Array(1024)
  #rights = new Uint32Array(1024)
  /** One past a pair's number, 0 for none; twice as many cells as pairs may be. */
  #cells = new Uint32Array(2048)

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
    const mask = this.#cells.length - 1
    for (let at = hash(left, right) & mask; ; at = (at + 1) & mask) {
      const pair = this.#cells[at]! - 1
      if (pair === -1) return this.#add(left, right, at)
      if (this.#lefts[pair] === left && this.#rights[pair] === right) return pair
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
    const [lefts, rights] = [this.#lefts, this.#rights]
    this.#lefts = new Uint32Array(lefts.length * 2)
    this.#rights = new Uint32Array(lefts.length * 2)
    this.#lefts.set(lefts)
    this.#rights.set(rights)
    this.#cells = new Uint32Array(this.#cells.length * 2)
    const mask = this.#cells.length - 1
    for (let pair = 0; pair < this.#size; pair++) {
      let at = hash(lefts[pair]!, rights[pair]!) & mask
      while (this.#cells[at] !== 0) at = (at + 1) & mask
      this.#cells[at] = pair + 1
    }
  }
}

function hash(left: number, right: number): number {
  let mixed = Math.imul(left, 0x9e37_79b1) ^ Math.imul(right, 0x85eb_ca77)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2_ae3d)
  return mixed ^ (mixed >>> 13)
}
