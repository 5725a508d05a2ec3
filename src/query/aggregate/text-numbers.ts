import { randomInt } from 'node:crypto'
import { limits } from '../../model/limits.ts'
import { textAt, textOf, type Texts } from '../key-words.ts'
import { longer } from '../longer.ts'

/** Nobody outside knows them, so that no host can choose names that meet. */
const [seed, ofLow, ofHigh] = [randomInt(2 ** 32), odd(), odd()]

function odd(): number {
  return 2 * randomInt(2 ** 31) + 1
}

/**
 * Numbers different texts in the order of their first sight, from 0, and keeps their bytes. By open addressing over typed
 * arrays: a `Map` of strings takes four times as long, and makes garbage of each name that was known. Four bytes at a
 * time: names are most of what a console reads.
 */
export class TextNumbers {
  readonly #probesMax: number
  #bytes = new DataView(new ArrayBuffer(2 ** 14))
  /** Where each text begins, and the last one ends. */
  #begins = new Uint32Array(1024)
  #size = 0
  #hashes = new Int32Array(1024)
  /** One past a text's number, where its hash says; 0 for none. A power of two, at most half of them in use. */
  #cells = new Uint32Array(2048)
  /** Instead of cells, once too many texts met in one place in spite of all. */
  #met: Map<string, number> | undefined

  /** @param probesMax places at which one looks for a text before there are too many in one place */
  constructor(probesMax: number = limits.textProbesMax) {
    this.#probesMax = probesMax
  }

  get size(): number {
    return this.#size
  }

  text(number: number): string {
    return textOf(
      new Uint8Array(this.#bytes.buffer),
      this.#begins[number]!,
      this.#begins[number + 1]!,
    )
  }

  /** One a text. */
  numbersOf(texts: Texts): Uint32Array {
    const numbers = new Uint32Array(texts.ends.length)
    this.#makeRoom(texts)
    const done = this.#met ? 0 : this.#numberInCells(texts, numbers)
    if (done === numbers.length) return numbers
    const met = (this.#met ??= this.#mapOfAll())
    const bytes = viewOf(texts.bytes)
    for (let text = done; text < numbers.length; text++) {
      const name = textAt(texts, text)
      let number = met.get(name)
      if (number === undefined) {
        number = this.#size++
        met.set(name, number)
        const from = text === 0 ? 0 : texts.ends[text - 1]!
        this.#begins[number + 1] = this.#begins[number]! + texts.ends[text]! - from
        copy(bytes, from, texts.ends[text]!, this.#bytes, this.#begins[number]!)
      }
      numbers[text] = number
    }
    return numbers
  }

  /** How many could be numbered; not all where too many met in one place. There is room for all. */
  #numberInCells({ ends, bytes }: Texts, numbers: Uint32Array): number {
    const [cells, hashes, begins, known] = [this.#cells, this.#hashes, this.#begins, this.#bytes]
    const view = viewOf(bytes)
    const mask = cells.length - 1
    let size = this.#size
    let text = 0
    for (let from = 0, to = 0; text < ends.length; text++, from = to) {
      to = ends[text]!
      const hash = hashOf(view, from, to)
      let cell = hash & mask
      let number = cells[cell]! - 1
      let probes = 1
      while (number !== -1) {
        if (hashes[number] === hash) {
          const begin = begins[number]!
          if (begins[number + 1]! - begin === to - from && isEqual(view, from, to, known, begin))
            break
        }
        if (probes++ === this.#probesMax) break
        cell = (cell + 1) & mask
        number = cells[cell]! - 1
      }
      if (probes > this.#probesMax) break
      if (number === -1) {
        number = size++
        cells[cell] = size
        hashes[number] = hash
        const begin = begins[number]!
        begins[size] = begin + to - from
        copy(view, from, to, known, begin)
      }
      numbers[text] = number
    }
    this.#size = size
    return text
  }

  /** So that none has to be made text by text. */
  #makeRoom({ ends, bytes }: Texts): void {
    const end = this.#begins[this.#size]! + bytes.length
    if (end > this.#bytes.byteLength)
      this.#bytes = viewOf(longer(new Uint8Array(this.#bytes.buffer), end))
    const size = this.#size + ends.length
    if (size >= this.#begins.length) {
      this.#begins = longer(this.#begins, size + 1)
      this.#hashes = longer(this.#hashes, size + 1)
    }
    if (2 * size > this.#cells.length && !this.#met)
      this.#cells = cellsOf(this.#hashes, this.#size, 2 ** Math.ceil(Math.log2(4 * size)))
  }

  #mapOfAll(): Map<string, number> {
    const met = new Map<string, number>()
    for (let number = 0; number < this.#size; number++) met.set(this.text(number), number)
    return met
  }
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  new DataView(buffer as ArrayBuffer, byteOffset, byteLength)

/** Of texts with these hashes, which all differ. */
function cellsOf(hashes: Int32Array, size: number, count: number): Uint32Array<ArrayBuffer> {
  const cells = new Uint32Array(count)
  const mask = count - 1
  for (let number = 0; number < size; number++) {
    let cell = hashes[number]! & mask
    while (cells[cell] !== 0) cell = (cell + 1) & mask
    cells[cell] = number + 1
  }
  return cells
}

/**
 * Halves of words are multiplied, because the highest bit of a whole one would come through every odd factor as it is:
 * then texts could be made that meet whatever the factors are. The last word may overlap the one before it.
 */
function hashOf(bytes: DataView, from: number, to: number): number {
  let hash = seed ^ (to - from)
  const last = to - 4
  if (last < from) for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes.getUint8(i), ofLow)
  else {
    for (let i = from; i < last; i += 4) hash = mixed(hash, bytes.getInt32(i, true))
    hash = mixed(hash, bytes.getInt32(last, true))
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  return hash ^ (hash >>> 13)
}

const mixed = (hash: number, word: number): number =>
  (Math.imul(hash ^ (word & 0xffff), ofLow) + Math.imul(word >>> 16, ofHigh)) | 0

/** Of texts of one length. */
function isEqual(a: DataView, from: number, to: number, b: DataView, begin: number): boolean {
  const [last, shift] = [to - 4, begin - from]
  if (last < from) {
    for (let i = from; i < to; i++) if (a.getUint8(i) !== b.getUint8(i + shift)) return false
    return true
  }
  for (let i = from; i < last; i += 4)
    if (a.getInt32(i, true) !== b.getInt32(i + shift, true)) return false
  return a.getInt32(last, true) === b.getInt32(last + shift, true)
}

function copy(from: DataView, begin: number, end: number, to: DataView, at: number): void {
  const [last, shift] = [end - 4, at - begin]
  if (last < begin) for (let i = begin; i < end; i++) to.setUint8(i + shift, from.getUint8(i))
  else {
    for (let i = begin; i < last; i += 4) to.setInt32(i + shift, from.getInt32(i, true), true)
    to.setInt32(last + shift, from.getInt32(last, true), true)
  }
}
