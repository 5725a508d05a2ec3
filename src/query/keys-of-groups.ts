import type { GroupValue } from './group-name.ts'

export type GroupKeyValues = readonly GroupValue[]

/**
 * The keys of groups, by their places. Bins of one key have its number and share its list; lists are made of those alone
 * that somebody looks at: of a hundred thousand groups of a fleet twenty are shown.
 */
export class KeysOfGroups {
  /** Of each group's key: equal numbers are equal keys. */
  readonly numbers: Uint32Array
  readonly #listOf: (number: number) => GroupKeyValues
  readonly #made: (GroupKeyValues | undefined)[]

  constructor(
    numbers: Uint32Array,
    listOf: (number: number) => GroupKeyValues,
    made: (GroupKeyValues | undefined)[] = [],
  ) {
    this.numbers = numbers
    this.#listOf = listOf
    this.#made = made
  }

  /** Of lists that are there anyway, one a group. */
  static of(lists: readonly GroupKeyValues[]): KeysOfGroups {
    return new KeysOfGroups(
      Uint32Array.from(lists, (_, i) => i),
      (number) => lists[number]!,
    )
  }

  get length(): number {
    return this.numbers.length
  }

  /** Values in the question's order. */
  at(group: number): GroupKeyValues {
    return this.#listNumbered(this.numbers[group]!)
  }

  /** What follows from the key of a group; asked once for each key. */
  mapped<T>(of: (key: GroupKeyValues) => T): (group: number) => T {
    const known = new Map<number, T>()
    return (group) => {
      const number = this.numbers[group]!
      const found = known.get(number)
      if (found !== undefined || known.has(number)) return found as T
      const made = of(this.#listNumbered(number))
      known.set(number, made)
      return made
    }
  }

  #listNumbered(number: number): GroupKeyValues {
    const known = this.#made[number]
    if (known) return known
    const list = this.#listOf(number)
    this.#made[number] = list
    return list
  }

  /** Of so many of them. */
  first(length: number): KeysOfGroups {
    return new KeysOfGroups(this.numbers.subarray(0, length), this.#listOf, this.#made)
  }

  /** Of those groups, in that order. */
  picked(groups: Uint32Array): KeysOfGroups {
    const numbers = new Uint32Array(groups.length)
    for (let i = 0; i < numbers.length; i++) numbers[i] = this.numbers[groups[i]!]!
    return new KeysOfGroups(numbers, this.#listOf, this.#made)
  }
}
