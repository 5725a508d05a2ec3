import type { GroupValue } from './group-name.ts'

/**
 * The keys of groups, by their places. Lists are made of those alone that somebody looks at: of a hundred thousand groups
 * of a fleet twenty are shown.
 */
export interface KeysOfGroups {
  readonly length: number
  /** Values in the question's order. */
  at(group: number): readonly GroupValue[]
  /** Of those groups, in that order. */
  picked(groups: Uint32Array): KeysOfGroups
}

/** Keys that are lists anyway. Groups of one key may share its list. */
export class ListedKeys implements KeysOfGroups {
  readonly #keys: readonly (readonly GroupValue[])[]

  constructor(keys: readonly (readonly GroupValue[])[]) {
    this.#keys = keys
  }

  get length(): number {
    return this.#keys.length
  }

  at(group: number): readonly GroupValue[] {
    return this.#keys[group]!
  }

  picked(groups: Uint32Array): ListedKeys {
    const keys: (readonly GroupValue[])[] = []
    for (let i = 0; i < groups.length; i++) keys.push(this.#keys[groups[i]!]!)
    return new ListedKeys(keys)
  }
}
