import { randomInt } from 'node:crypto'
import { limits } from '../../model/limits.ts'
import { textAt, textOf, type Texts } from '../key-words.ts'
import { longer } from '../longer.ts'

/** Nobody outside knows them, so that no host can choose names that meet. */
const seed = randomInt(2 ** 32)
const multiplier = 2 * randomInt(2 ** 31) + 1

/**
 * Numbers different texts in the order of their first sight, from 0, and keeps their bytes. By open addressing over typed
 * arrays: a `Map` of strings takes four times as long, and makes garbage of each name that was known.
 */
export class TextNumbers {
  readonly #probesMax: number
  #bytes = new Uint8Array(2 ** 14)
  /** Where each text begins, and the last one ends. */
  #begins = new Uint32Array(1024)
  #size = 0
  /** Two a cell: the text's hash, and one past its number; 0 for none. A power of two, at most half of them in use. */
  #cells = new Uint32Array(4096)
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
    return textOf(this.#bytes, this.#begins[number]!, this.#begins[number + 1]!)
  }

  /** One a text. */
  numbersOf(texts: Texts): Uint32Array {
    const numbers = new Uint32Array(texts.ends.length)
    const done = this.#met ? 0 : this.#numberInCells(texts, numbers)
    if (done === numbers.length) return numbers
    const met = (this.#met ??= this.#mapOfAll())
    for (let text = done; text < numbers.length; text++) {
      const name = textAt(texts, text)
      const known = met.get(name)
      if (known === undefined) met.set(name, this.#size)
      numbers[text] = known ?? this.#add(texts, text)
    }
    return numbers
  }

  /** How many could be numbered; not all where too many met in one place. */
  #numberInCells(texts: Texts, numbers: Uint32Array): number {
    const { ends, bytes } = texts
    let cells = this.#cells
    let from = 0
    for (let text = 0; text < ends.length; text++) {
      const to = ends[text]!
      const hash = hashOf(bytes, from, to)
      const mask = cells.length - 1
      let cell = (2 * hash) & mask
      let probes = 0
      while (
        cells[cell + 1] !== 0 &&
        !(cells[cell] === hash && this.#isEqual(cells[cell + 1]! - 1, bytes, from, to))
      ) {
        if (++probes === this.#probesMax) return text
        cell = (cell + 2) & mask
      }
      if (cells[cell + 1] === 0) {
        cells[cell] = hash
        cells[cell + 1] = this.#add(texts, text) + 1
        if (4 * this.#size > cells.length) this.#cells = cells = spread(cells)
        numbers[text] = this.#size - 1
      } else numbers[text] = cells[cell + 1]! - 1
      from = to
    }
    return ends.length
  }

  #mapOfAll(): Map<string, number> {
    const met = new Map<string, number>()
    for (let number = 0; number < this.#size; number++) met.set(this.text(number), number)
    return met
  }

  #isEqual(number: number, bytes: Uint8Array, from: number, to: number): boolean {
    const known = this.#bytes
    let at = this.#begins[number]!
    if (this.#begins[number + 1]! - at !== to - from) return false
    for (let i = from; i < to; i++, at++) if (known[at] !== bytes[i]) return false
    return true
  }

  /** Gives its number. */
  #add({ ends, bytes }: Texts, text: number): number {
    const number = this.#size++
    const [from, to] = [text === 0 ? 0 : ends[text - 1]!, ends[text]!]
    let at = this.#begins[number]!
    const end = at + to - from
    if (end > this.#bytes.length) this.#bytes = longer(this.#bytes, end)
    if (number + 2 > this.#begins.length) this.#begins = longer(this.#begins, number + 2)
    this.#begins[number + 1] = end
    const own = this.#bytes
    for (let i = from; i < to; i++, at++) own[at] = bytes[i]!
    return number
  }
}

/** Into twice as many cells. */
function spread(before: Uint32Array): Uint32Array<ArrayBuffer> {
  const cells = new Uint32Array(2 * before.length)
  const mask = cells.length - 1
  for (let from = 0; from < before.length; from += 2) {
    if (before[from + 1] === 0) continue
    let cell = (2 * before[from]!) & mask
    while (cells[cell + 1] !== 0) cell = (cell + 2) & mask
    cells[cell] = before[from]!
    cells[cell + 1] = before[from + 1]!
  }
  return cells
}

function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = seed
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, multiplier)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}
