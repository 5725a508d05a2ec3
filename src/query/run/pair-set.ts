import { PairTable } from './pair-table.ts'

/** A pair in the table takes as much as so many bits. */
const pairBits = 128
/** Bits of a set are not worth it for fewer. */
const pairsLeast = 32

/**
 * Which pairs were met. A left number with few right ones has them in a table; one with many has a bit for each right
 * number there is, which takes less memory and a fifth of the time.
 */
export class PairSet {
  readonly #pairs = new PairTable()
  /** By left number; pairs from before there were bits are in the table only. */
  readonly #bits: (Uint32Array | undefined)[] = []
  /** Pairs in the table, by left number. */
  readonly #counts: number[] = []
  #rightsEnd = 0
  #bitBytes = 0

  get bytes(): number {
    return this.#pairs.bytes + this.#bitBytes
  }

  /** One past the largest right number. */
  get rightsEnd(): number {
    return this.#rightsEnd
  }

  /** True where it is new. */
  add(left: number, right: number): boolean {
    if (right >= this.#rightsEnd) this.#rightsEnd = right + 1
    if (left >= this.#bits.length) this.#addLefts(left)
    const bits = this.#bits[left]
    if (bits === undefined) return this.#addPair(left, right)
    const word = right >>> 5
    if (word >= bits.length) {
      this.#makeBits(left)
      return this.add(left, right)
    }
    const before = bits[word]!
    const bit = 1 << (right & 31)
    if ((before & bit) !== 0) return false
    bits[word] = before | bit
    return this.#pairs.find(left, right) === -1
  }

  /** After which the right numbers of a left one can be had, each once, in any order. */
  members(): (left: number) => Uint32Array {
    const ends = this.#tableEnds()
    const rights = new Uint32Array(this.#pairs.size)
    const next = Uint32Array.of(0, ...ends.subarray(0, -1))
    for (let pair = 0; pair < rights.length; pair++) {
      const left = this.#pairs.left(pair)
      const right = this.#pairs.right(pair)
      const bits = this.#bits[left]
      if (bits === undefined) rights[next[left]!++] = right
      else bits[right >>> 5]! |= 1 << (right & 31)
    }
    return (left) => {
      const bits = this.#bits[left]
      return bits ? setBits(bits) : rights.subarray(left === 0 ? 0 : ends[left - 1], ends[left])
    }
  }

  /** Where the pairs of each left number end, one after the other. */
  #tableEnds(): Uint32Array {
    const ends = Uint32Array.from(this.#counts)
    for (let left = 1; left < ends.length; left++) ends[left]! += ends[left - 1]!
    return ends
  }

  #addLefts(left: number): void {
    while (this.#bits.length <= left) {
      this.#bits.push(undefined)
      this.#counts.push(0)
    }
  }

  #addPair(left: number, right: number): boolean {
    const before = this.#pairs.size
    if (this.#pairs.numberOf(left, right) !== before) return false
    const count = (this.#counts[left]! += 1)
    if (count >= pairsLeast && count * pairBits >= this.#rightsEnd) this.#makeBits(left)
    return true
  }

  /** Room for all right numbers so far, and as many again. */
  #makeBits(left: number): void {
    const bits = new Uint32Array(2 ** Math.ceil(Math.log2(this.#rightsEnd / 16)))
    const before = this.#bits[left]
    if (before) bits.set(before)
    this.#bitBytes += bits.byteLength - (before?.byteLength ?? 0)
    this.#bits[left] = bits
  }
}

function setBits(bits: Uint32Array): Uint32Array {
  const numbers: number[] = []
  for (let word = 0; word < bits.length; word++)
    for (let rest = bits[word]!; rest !== 0; rest &= rest - 1)
      numbers.push(word * 32 + 31 - Math.clz32(rest & -rest))
  return Uint32Array.from(numbers)
}
