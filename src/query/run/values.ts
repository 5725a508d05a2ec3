import { hashValue, type HashedKey } from '../aggregate/key-hash.ts'
import type { GroupValue } from '../group-name.ts'
import { PairTable } from '../pair-table.ts'

/** Of a value in a `Map`, and in a list. */
const valueBytes = 200

/** Lists of values, one a field, as a dictionary of the whole question: numbered from 0. */
export class Values {
  /** Numbers of single values, field by field. */
  readonly #fields: Map<GroupValue, number>[] = []
  /** Pairs of what comes before (a pair, or the first field's number) and the next field's number. */
  readonly #pairs: PairTable[] = []
  readonly #values: (readonly GroupValue[])[] = []

  /** Always of as many fields. */
  numberOf(values: readonly GroupValue[]): number {
    let number = this.#numberIn(0, values[0]!)
    for (let field = 1; field < values.length; field++) {
      const pairs = (this.#pairs[field] ??= new PairTable())
      number = pairs.numberOf(number, this.#numberIn(field, values[field]!))
    }
    if (number === this.#values.length) this.#values.push(values)
    return number
  }

  readonly bytes = () => this.#values.length * valueBytes

  readonly valuesAt = (number: number): readonly GroupValue[] => this.#values[number]!

  readonly keyAt = (number: number): HashedKey | undefined => {
    const value = this.#values[number]![0]
    return value === null || value === undefined ? undefined : hashValue(value)
  }

  #numberIn(field: number, value: GroupValue): number {
    const numbers = (this.#fields[field] ??= new Map())
    const known = numbers.get(value)
    if (known !== undefined) return known
    numbers.set(value, numbers.size)
    return numbers.size - 1
  }
}
