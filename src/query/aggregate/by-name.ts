import type { GroupName } from '../group-name.ts'
import { nameId } from './ranking.ts'

type Key = GroupName['key']

/**
 * Values by the names of groups. With bins first by the key and then by the bin: bins of one name share its list, so text
 * is made of a key once and not a hundred times.
 */
export class ByName<T> {
  readonly #plain = new Map<string, T>()
  readonly #binned = new Map<string, Map<number, T>>()
  /** By the lists themselves, in front of those by text. */
  readonly #lists = new Map<Key, Map<number, T>>()

  get({ key, bin }: GroupName): T | undefined {
    return bin === undefined ? this.#plain.get(nameId({ key })) : this.#binsOf(key).get(bin)
  }

  set({ key, bin }: GroupName, value: T): void {
    if (bin === undefined) this.#plain.set(nameId({ key }), value)
    else this.#binsOf(key).set(bin, value)
  }

  #binsOf(key: Key): Map<number, T> {
    const known = this.#lists.get(key)
    if (known) return known
    const id = nameId({ key })
    const bins = this.#binned.get(id) ?? new Map<number, T>()
    this.#binned.set(id, bins)
    this.#lists.set(key, bins)
    return bins
  }
}
