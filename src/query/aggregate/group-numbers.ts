import { hostTime } from '../../model/quantity.ts'
import type { CompactGroups, KeyColumn } from '../compact-answer.ts'
import type { GroupName, GroupValue } from '../group-name.ts'
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

  nameOf(number: number): GroupName {
    const key: GroupValue[] = []
    let rest = number
    for (let i = this.#dimensions.length - 1; i >= 0; i--) {
      const pairs = this.#pairs[i - 1]
      key[i] = this.#dimensions[i]!.value(pairs ? pairs.right(rest) : rest)
      if (pairs) rest = pairs.left(rest)
    }
    return this.#hasBins ? { bin: hostTime(key.pop() as number), key } : { key }
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
