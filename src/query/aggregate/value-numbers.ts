import type { GroupValue } from '../group-name.ts'
import { countOfWords, type KeyWords } from '../key-words.ts'
import { TextNumbers } from './text-numbers.ts'

/** Numbers the values of a key, of whatever kind, in the order of their first sight, from 0. */
export class ValueNumbers {
  readonly #texts = new TextNumbers()
  /** Undefined while all values are texts: then a value has its text's own number. */
  #mixed: MixedNumbers | undefined

  get size(): number {
    return this.#mixed?.textNumbers.length ?? this.#texts.size
  }

  value(number: number): GroupValue {
    const text = this.#mixed?.textNumbers[number] ?? number
    return text === -1 ? this.#mixed!.others.get(number)! : this.#texts.text(text)
  }

  /** One a word. */
  ofWords(words: KeyWords): Uint32Array {
    const { hasUnknown, numbers } = words
    if (!this.#mixed && !hasUnknown && numbers.length === 0)
      return this.#texts.numbersOf(words.texts)
    const mixed = (this.#mixed ??= new MixedNumbers(this.#texts.size))
    const all = new Uint32Array(countOfWords(words))
    if (hasUnknown) all[0] = mixed.ofUnknown()
    const from = Number(hasUnknown)
    all.set(mixed.ofNumbers(numbers), from)
    all.set(mixed.ofTexts(this.#texts.numbersOf(words.texts)), from + numbers.length)
    return all
  }

  ofNumbers(numbers: Float64Array): Uint32Array {
    return (this.#mixed ??= new MixedNumbers(this.#texts.size)).ofNumbers(numbers)
  }
}

/** Of texts among other values. */
class MixedNumbers {
  /** By the values' numbers: the text's own number; -1 where the value is none, and among the others. */
  readonly textNumbers: number[]
  readonly others = new Map<number, number | null>()
  /** By the texts' own numbers. */
  readonly #ofTexts: number[]
  readonly #ofNumbers = new Map<number, number>()
  #unknown: number | undefined

  /** @param texts that were numbered before there were other values */
  constructor(texts: number) {
    this.textNumbers = Array.from({ length: texts }, (_, text) => text)
    this.#ofTexts = [...this.textNumbers]
  }

  ofUnknown(): number {
    return (this.#unknown ??= this.#addOther(null))
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

  /** In the place of each text's own number that of its value. */
  ofTexts(texts: Uint32Array): Uint32Array {
    for (let i = 0; i < texts.length; i++) {
      const text = texts[i]!
      if (text === this.#ofTexts.length) this.#ofTexts.push(this.textNumbers.push(text) - 1)
      texts[i] = this.#ofTexts[text]!
    }
    return texts
  }

  #addOther(value: number | null): number {
    this.others.set(this.textNumbers.length, value)
    return this.textNumbers.push(-1) - 1
  }
}
