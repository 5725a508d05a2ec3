/** How often something of each kind happened; who adds sees to it that there are few kinds. */
export class KindCounts<Kind extends string> {
  readonly #counts = new Map<Kind, number>()

  add(kind: Kind, count = 1): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + count)
  }

  has(kind: Kind): boolean {
    return this.#counts.has(kind)
  }

  /** Kinds that happened. */
  get size(): number {
    return this.#counts.size
  }

  /** All kinds together. */
  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0)
  }

  /** Kinds that happened, with their counts. */
  list(): Readonly<Partial<Record<Kind, number>>> {
    return Object.fromEntries(this.#counts) as Partial<Record<Kind, number>>
  }
}
