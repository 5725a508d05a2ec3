import type { CompactGroups, KeyColumn } from '../compact-answer.ts'
import type { GroupValue } from '../group-name.ts'
import type { GroupColumns } from '../partial-groups.ts'
import { PairTable } from '../run/pair-table.ts'

/** Numbers the groups of many answers: equal names have one number, whichever host has sent them. */
export class GroupNumbers {
  /** One a key, and the last one of bins. */
  readonly #dimensions: readonly ValueNumbers[]
  readonly #hasBins: boolean
  /** Of what comes before (a pair, or the first dimension's number) and the next dimension's number. */
  readonly #pairs: readonly PairTable[]

  constructor(keys: number, hasBins: boolean) {
    this.#hasBins = hasBins
    this.#dimensions = Array.from({ length: keys + (hasBins ? 1 : 0) }, () => new ValueNumbers())
    this.#pairs = this.#dimensions.slice(1).map(() => new PairTable())
  }

  /** One past the largest number. Of one dimension alone a number may be of no group: of a value that no row has. */
  get end(): number {
    return this.#pairs.at(-1)?.size ?? this.#dimensions[0]?.size ?? 1
  }

  /** A number a row. */
  of({ rows, keys, bins }: CompactGroups): Uint32Array {
    const columns = keys.map((column, i) => this.#dimensions[i]!.ofColumn(column))
    if (bins) columns.push(this.#dimensions.at(-1)!.ofEach(bins))
    const [first = new Uint32Array(rows), ...others] = columns
    return others.reduce((before, column, i) => pairsOf(this.#pairs[i]!, before, column), first)
  }

  /** Their keys and bins, one a number. */
  namesOf(numbers: Uint32Array): Pick<GroupColumns, 'keys' | 'bins'> {
    const keys: GroupValue[][] = []
    for (let i = 0; i < numbers.length; i++) keys.push([])
    const bins = this.#hasBins ? new Float64Array(numbers.length) : undefined
    let rest = numbers
    for (let i = this.#dimensions.length - 1; i >= 0; i--) {
      const dimension = this.#dimensions[i]!
      const pairs = this.#pairs[i - 1]
      const own = pairs ? rest.map((pair) => pairs.right(pair)) : rest
      if (pairs) rest = rest.map((pair) => pairs.left(pair))
      const isBin = bins && i === this.#dimensions.length - 1
      for (let row = 0; row < own.length; row++) {
        const value = dimension.value(own[row]!)
        if (isBin) bins[row] = Number(value)
        else keys[row]![i] = value
      }
    }
    return { keys, bins }
  }
}

function pairsOf(pairs: PairTable, lefts: Uint32Array, rights: Uint32Array): Uint32Array {
  const numbers = new Uint32Array(lefts.length)
  for (let row = 0; row < numbers.length; row++)
    numbers[row] = pairs.numberOf(lefts[row]!, rights[row]!)
  return numbers
}

class ValueNumbers {
  readonly #numbers = new Map<GroupValue, number>()
  readonly #values: GroupValue[] = []

  get size(): number {
    return this.#values.length
  }

  value(number: number): GroupValue {
    return this.#values[number]!
  }

  ofColumn({ words, at }: KeyColumn): Uint32Array {
    const ofWords = this.ofEach(words)
    const numbers = new Uint32Array(at.length)
    for (let row = 0; row < at.length; row++) numbers[row] = ofWords[at[row]!]!
    return numbers
  }

  ofEach(values: ArrayLike<GroupValue>): Uint32Array {
    const numbers = new Uint32Array(values.length)
    for (let i = 0; i < values.length; i++) numbers[i] = this.#numberOf(values[i]!)
    return numbers
  }

  #numberOf(value: GroupValue): number {
    const known = this.#numbers.get(value)
    if (known !== undefined) return known
    this.#numbers.set(value, this.#values.length)
    return this.#values.push(value) - 1
  }
}
