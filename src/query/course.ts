import type { Measured } from './aggregate/bounds.ts'
import type { FinalRows } from './aggregate/final-rows.ts'

/** How a group of a series ran: numbers of each bin, which are looked up among the rows of an answer. */
export class Course {
  /** The place of a bin of which the group has no row. */
  static readonly nowhere = -1
  readonly #rows: FinalRows
  /** Of the row of each bin. */
  readonly #places: Int32Array
  readonly #nothing: readonly Measured[]

  /** @param nothing what a bin has in which nothing of the group was there */
  constructor(rows: FinalRows, places: Int32Array, nothing: readonly Measured[]) {
    this.#rows = rows
    this.#places = places
    this.#nothing = nothing
  }

  /** How many there are. */
  get bins(): number {
    return this.#places.length
  }

  /** Nothing of the group was there in any bin. */
  get isEmpty(): boolean {
    return this.#places.every((row) => row === Course.nowhere)
  }

  /** One number a measure. */
  at(bin: number): readonly Measured[] {
    const row = this.#places[bin]!
    return row === Course.nowhere ? this.#nothing : this.#rows.valuesAt(row)
  }

  /** Of a measure by its place; null where nothing was there to measure. */
  valueAt(bin: number, measure: number): number | null {
    const row = this.#places[bin]!
    if (row === Course.nowhere) return this.#nothing[measure]!.value
    const value = this.#rows.columns.measured[measure]!.values[row]!
    return Number.isNaN(value) ? null : value
  }

  /** The largest of those bins by the first measure, 0 of none. */
  largest(from = 0, to = this.bins): number {
    let most = 0
    for (let bin = from; bin < Math.min(to, this.bins); bin++)
      most = Math.max(most, this.valueAt(bin, 0) ?? 0)
    return most
  }
}
