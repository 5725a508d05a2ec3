import type { CompactGroups } from '../compact-answer.ts'
import type { KeyColumn } from '../key-words.ts'
import { KeysOfGroups, type GroupKeyValues } from '../keys-of-groups.ts'
import { longer } from '../longer.ts'
import type { GroupColumns } from '../partial-groups.ts'
import { PairTable } from '../pair-table.ts'
import { ValueNumbers } from './value-numbers.ts'

/** Most addresses of a fleet have one process each: cells of megabytes would be empty but for that. */
const squareCells = 2 ** 16

/** Numbers the groups of many answers: equal names have one number, whichever host has sent them. */
export class GroupNumbers {
  /** One a key, and the last one of bins. */
  readonly #dimensions: readonly ValueNumbers[]
  readonly #hasBins: boolean
  /** Of what comes before (a pair, or the first dimension's number) and the next dimension's number. */
  readonly #pairs: readonly PairTable[]
  /** Used again for each answer: of a hundred hosts they would be garbage of megabytes. */
  #rows = new Uint32Array(1024)
  #next = new Uint32Array(1024)

  constructor(keys: number, hasBins: boolean) {
    this.#hasBins = hasBins
    this.#dimensions = Array.from({ length: keys + (hasBins ? 1 : 0) }, () => new ValueNumbers())
    this.#pairs = this.#dimensions.slice(1).map(() => new PairTable(squareCells))
  }

  /** One past the largest number. Of one dimension alone a number may be of no group: of a value that no row has. */
  get end(): number {
    return this.#pairs.at(-1)?.size ?? this.#dimensions[0]?.size ?? 1
  }

  /** A number a row; good until the next answer is numbered. */
  of({ rows, keys, bins }: CompactGroups): Uint32Array {
    if (rows > this.#rows.length) {
      this.#rows = longer(this.#rows, rows)
      this.#next = longer(this.#next, rows)
    }
    const [numbers, next] = [this.#rows.subarray(0, rows), this.#next.subarray(0, rows)]
    if (this.#dimensions.length === 0) numbers.fill(0)
    this.#dimensions.forEach((dimension, i) => {
      const into = i === 0 ? numbers : next
      const column = keys[i]
      if (column) numberColumn(dimension, column, into)
      else if (bins) into.set(dimension.ofNumbers(bins))
      if (i > 0) this.#pairs[i - 1]!.numberAll(numbers, next)
    })
    return numbers
  }

  /** Their keys and bins, one a number; to be read while no more answers are added. */
  namesOf(numbers: Uint32Array): Pick<GroupColumns, 'keys' | 'bins'> {
    const dimensions = this.#dimensions
    if (!this.#hasBins)
      return { keys: new KeysOfGroups(numbers, this.#keyOf(dimensions.length)), bins: undefined }
    const pairs = this.#pairs.at(-1)
    const begins = dimensions.at(-1)!
    const bins = new Float64Array(numbers.length)
    const before = new Uint32Array(numbers.length)
    for (let i = 0; i < numbers.length; i++) {
      bins[i] = Number(begins.value(pairs ? pairs.right(numbers[i]!) : numbers[i]!))
      if (pairs) before[i] = pairs.left(numbers[i]!)
    }
    return { keys: new KeysOfGroups(before, this.#keyOf(dimensions.length - 1)), bins }
  }

  /** Values of so many dimensions, by the number of what they are together. */
  #keyOf(dimensions: number): (number: number) => GroupKeyValues {
    return (number) => {
      const values = this.#dimensions.slice(0, dimensions).map((): GroupKeyValues[number] => null)
      let rest = number
      for (let i = dimensions - 1; i >= 0; i--) {
        const pair = this.#pairs[i - 1]
        values[i] = this.#dimensions[i]!.value(pair ? pair.right(rest) : rest)
        if (pair) rest = pair.left(rest)
      }
      return values
    }
  }
}

function numberColumn(dimension: ValueNumbers, { words, at }: KeyColumn, into: Uint32Array): void {
  const ofWords = dimension.ofWords(words)
  for (let row = 0; row < at.length; row++) into[row] = ofWords[at[row]!]!
}
