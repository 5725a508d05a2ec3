import type { RowId } from './tree-order.ts'

/** Rows that the user has tagged, by their ids: also those that are not here just now. */
export class Tags {
  readonly #ids = new Set<RowId>()
  #isOnly = false

  get size(): number {
    return this.#ids.size
  }

  /** Only these are shown. */
  get isOnly(): boolean {
    return this.#isOnly
  }

  has(id: RowId): boolean {
    return this.#ids.has(id)
  }

  toggle(id: RowId): void {
    if (!this.#ids.delete(id)) this.#ids.add(id)
    if (this.#ids.size === 0) this.#isOnly = false
  }

  toggleOnly(): void {
    this.#isOnly = !this.#isOnly && this.#ids.size > 0
  }

  clear(): void {
    this.#ids.clear()
    this.#isOnly = false
  }
}
