import type { GroupValue } from '../group-name.ts'
import { countOfWords, type KeyWords } from '../key-words.ts'
import { TextNumbers } from './text-numbers.ts'

/** Numbers the values of a key, of whatever kind, in the order of their first sight, from 0. */
export class ValueNumbers {
  readonly #texts = new TextNumbers()
  /** By the texts' own numbers. */
  readonly #ofTexts: number[] = []
  readonly #ofNumbers = new Map<number, number>()
  #unknown: number | undefined
  /** By the values' numbers: the text's own number; -1 where the value is none, and among the others. */
  readonly #textNumbers: number[] = []
  readonly #others = new Map<number, number | null>()

  get size(): number {
    return this.#textNumbers.length
  }

  value(number: number): GroupValue {
    const text = this.#textNumbers[number]!
    return text === -1 ? this.#others.get(number)! : this.#texts.text(text)
  }

  /** One a word. */
  ofWords(words: KeyWords): Uint32Array {
    const all = new Uint32Array(countOfWords(words))
    if (words.hasUnknown) all[0] = this.#unknown ??= this.#addOther(null)
    const from = Number(words.hasUnknown)
    all.set(this.ofNumbers(words.numbers), from)
    const texts = this.#texts.numbersOf(words.texts)
    for (let i = 0, at = from + words.numbers.length; i < texts.length; i++, at++) {
      const text = texts[i]!
      if (text === this.#ofTexts.length) this.#ofTexts.push(this.#textNumbers.push(text) - 1)
      all[at] = this.#ofTexts[text]!
    }
    return all
  }

  ofNumbers(numbers: Float64Array): Uint32Array {
    const all = new Uint32Array(numbers.length)
    for (let i = 0; i < all.length; i++) {
      const value = numbers[i]!
      let number = this.#ofNumbers.get(value)
      if (number === undefined) {
        number = this.#addOther(value)
        this.#ofNumbers.set(value, number)
      }
      all[i] = number
    }
    return all
  }

  #addOther(value: number | null): number {
    this.#others.set(this.size, value)
    return this.#textNumbers.push(-1) - 1
  }
}
