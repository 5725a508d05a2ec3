import { PairTable } from '../pair-table.ts'

/** A row may have so many bits for each of its pairs: some three times the memory of the pairs in the table. */
const bitsAPair = 512
/** Bits are not worth it for fewer. */
const pairsLeast = 32

/**
 * Which pairs were met. A left number with few right ones has them in a table; one with many has a row of bits, one for
 * each right number there is, which takes a fifth of the time and in the end less memory.
 */
export class PairSet {
  readonly #pairs = new PairTable()
  /** Of each pair in the table: one past the pair of its left number before it, 0 for none; and the last by left number. */
  #before = new Uint32Array(1024)
  #last = new Uint32Array(1024)
  /** Of each left number: its row of bits, which has all its pairs, or -1: they are in the table. */
  #rows = new Int32Array(1024).fill(-1)
  /** Pairs, by left number. */
  #counts = new Uint32Array(1024)
  #lefts = 0
  #rightsEnd = 0
  /** Rows of bits one after the other, and the words of each. */
  #bits = new Uint32Array(0)
  #words = 0
  #rowsUsed = 0

  get bytes(): number {
    return this.#pairs.bytes + this.#before.byteLength + this.#bits.byteLength
  }

  /** One past the largest right number. */
  get rightsEnd(): number {
    return this.#rightsEnd
  }

  /** True where it is new. */
  add(left: number, right: number): boolean {
    if (right >= this.#rightsEnd) this.#rightsEnd = right + 1
    if (left >= this.#lefts) this.#addLefts(left)
    const row = this.#rows[left]!
    if (row === -1) return this.#addPair(left, right)
    if (right >= this.#words * 32) {
      this.#widen()
      return this.add(left, right)
    }
    const at = row * this.#words + (right >>> 5)
    const bit = 1 << (right & 31)
    if ((this.#bits[at]! & bit) !== 0) return false
    this.#bits[at]! |= bit
    this.#counts[left]! += 1
    return true
  }

  /** Pair by pair of both; where bits have them without a branch, so that the processor waits for many at once. */
  addAll(lefts: Uint32Array, rights: Uint32Array): void {
    let [rows, bits, words, counts] = [this.#rows, this.#bits, this.#words, this.#counts]
    let rightsEnd = this.#rightsEnd
    for (let k = 0; k < lefts.length; k++) {
      const left = lefts[k]!
      const right = rights[k]!
      if (right >= rightsEnd) rightsEnd = right + 1
      const row = left < rows.length ? rows[left]! : -1
      if (row === -1 || right >= words * 32) {
        this.#rightsEnd = rightsEnd
        this.add(left, right)
        rows = this.#rows
        bits = this.#bits
        words = this.#words
        counts = this.#counts
        continue
      }
      const at = row * words + (right >>> 5)
      const before = bits[at]!
      bits[at] = before | (1 << (right & 31))
      counts[left]! += 1 - ((before >>> (right & 31)) & 1)
    }
    this.#rightsEnd = rightsEnd
  }

  /** After which the right numbers of a left one can be had, each once, in any order. */
  members(): (left: number) => Uint32Array {
    const ends = Uint32Array.from(this.#counts.subarray(0, this.#lefts))
    for (let left = 0; left < ends.length; left++)
      ends[left] = (ends[left - 1] ?? 0) + (this.#rows[left] === -1 ? ends[left]! : 0)
    const rights = new Uint32Array(ends.at(-1) ?? 0)
    const next = new Uint32Array(ends.length + 1)
    next.set(ends, 1)
    for (let pair = 0; pair < this.#pairs.size; pair++) {
      const left = this.#pairs.left(pair)
      if (this.#rows[left] === -1) rights[next[left]!++] = this.#pairs.right(pair)
    }
    return (left) => {
      if (left >= this.#lefts) return rights.subarray(0, 0)
      if (this.#rows[left] === -1) return rights.subarray(ends[left - 1] ?? 0, ends[left])
      return setBits(this.#rowOf(left), this.#counts[left]!)
    }
  }

  #rowOf(left: number): Uint32Array {
    const from = this.#rows[left]! * this.#words
    return this.#bits.subarray(from, from + this.#words)
  }

  #addLefts(left: number): void {
    if (left >= this.#rows.length) {
      const rows = new Int32Array(2 * left).fill(-1)
      rows.set(this.#rows)
      this.#rows = rows
      this.#counts = larger(this.#counts, 2 * left)
      this.#last = larger(this.#last, 2 * left)
    }
    this.#lefts = left + 1
  }

  #addPair(left: number, right: number): boolean {
    if (!this.#addToTable(left, right)) return false
    const count = (this.#counts[left]! += 1)
    if (count >= pairsLeast && count * bitsAPair >= Math.max(this.#rightsEnd, this.#words * 32))
      this.#giveRow(left)
    return true
  }

  #addToTable(left: number, right: number): boolean {
    const pair = this.#pairs.size
    if (this.#pairs.numberOf(left, right) !== pair) return false
    if (pair >= this.#before.length) this.#before = larger(this.#before, 2 * pair)
    this.#before[pair] = this.#last[left]!
    this.#last[left] = pair + 1
    return true
  }

  #giveRow(left: number): void {
    if (this.#rightsEnd > this.#words * 32) this.#widen()
    this.#rows[left] = this.#rowsUsed++
    if (this.#rowsUsed * this.#words > this.#bits.length)
      this.#bits = larger(this.#bits, 2 * this.#rowsUsed * this.#words)
    const row = this.#rowOf(left)
    for (let next = this.#last[left]!; next !== 0; next = this.#before[next - 1]!) {
      const right = this.#pairs.right(next - 1)
      row[right >>> 5]! |= 1 << (right & 31)
    }
  }

  /** Room for all right numbers so far; left ones that have too few for it go back into the table. */
  #widen(): void {
    const before = { bits: this.#bits, words: this.#words, rows: Int32Array.from(this.#rows) }
    this.#words = wordsFor(this.#rightsEnd)
    const stay: number[] = []
    for (let left = 0; left < this.#lefts; left++) {
      if (before.rows[left] === -1) continue
      const from = before.rows[left]! * before.words
      const row = before.bits.subarray(from, from + before.words)
      if (this.#counts[left]! * bitsAPair >= this.#words * 32) {
        stay.push(left)
        continue
      }
      this.#rows[left] = -1
      for (const right of setBits(row, this.#counts[left]!)) this.#addToTable(left, right)
    }
    this.#bits = new Uint32Array(2 * stay.length * this.#words)
    stay.forEach((left, row) => {
      const from = before.rows[left]! * before.words
      this.#bits.set(before.bits.subarray(from, from + before.words), row * this.#words)
      this.#rows[left] = row
    })
    this.#rowsUsed = stay.length
  }
}

function larger(numbers: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const longer = new Uint32Array(length)
  longer.set(numbers)
  return longer
}

/** As many again as are needed now. */
const wordsFor = (rightsEnd: number) => 2 ** Math.ceil(Math.log2(Math.max(32, rightsEnd)) - 4)

/** Numbers of the bits that are set, at most `most`. */
function setBits(bits: Uint32Array, most: number): Uint32Array {
  const numbers = new Uint32Array(most)
  let count = 0
  for (let word = 0; word < bits.length; word++)
    for (let rest = bits[word]!; rest !== 0; rest &= rest - 1)
      numbers[count++] = word * 32 + 31 - Math.clz32(rest & -rest)
  return numbers.subarray(0, count)
}
