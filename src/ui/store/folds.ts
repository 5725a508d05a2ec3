import { screenLimits } from '../../model/screen-limits.ts'

/** Which rows are unfolded: those that the user has, and until he folds them those that are so from the start. */
export class Folds {
  /** Rows that are not as they are from the start; the one turned longest ago first. */
  readonly #turned = new Set<string>()

  isOpen(id: string, fromTheStart: boolean): boolean {
    return this.#turned.has(id) !== fromTheStart
  }

  /** Unfolds a row that is folded, and the other way round. */
  turn(id: string): void {
    if (this.#turned.delete(id)) return
    this.#turned.add(id)
    const [first] = this.#turned
    if (this.#turned.size > screenLimits.foldsMax && first !== undefined) this.#turned.delete(first)
  }

  /** All as they are from the start. */
  reset(): void {
    this.#turned.clear()
  }
}
