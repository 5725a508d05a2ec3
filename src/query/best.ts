interface Ranked<T> {
  readonly rank: number
  readonly item: T
}

/** The `most` items of the highest ranks among all that are offered; of equal ones those offered first. */
export class Best<T> {
  readonly #most: number
  /** A heap: no item is ranked above those below it at 2i + 1 and 2i + 2, so the first is the lowest. */
  readonly #heap: Ranked<T>[] = []

  constructor(most: number) {
    this.#most = most
  }

  /** What an item must be above to be taken. */
  get bar(): number {
    return this.#heap.length < this.#most ? -Infinity : this.#heap[0]!.rank
  }

  offer(rank: number, item: T): void {
    if (!(rank > this.bar)) return
    if (this.#heap.length < this.#most) {
      this.#heap.push({ rank, item })
      this.#rise(this.#heap.length - 1)
    } else {
      this.#heap[0] = { rank, item }
      this.#sink()
    }
  }

  /** Highest first. */
  items(): readonly T[] {
    return this.#heap.toSorted((a, b) => b.rank - a.rank).map(({ item }) => item)
  }

  #rise(at: number): void {
    const heap = this.#heap
    for (let i = at; i > 0;) {
      const above = (i - 1) >> 1
      if (heap[above]!.rank <= heap[i]!.rank) return
      ;[heap[above], heap[i]] = [heap[i]!, heap[above]!]
      i = above
    }
  }

  #sink(): void {
    const heap = this.#heap
    for (let i = 0; ;) {
      const left = 2 * i + 1
      if (left >= heap.length) return
      const right = left + 1
      const lower = right < heap.length && heap[right]!.rank < heap[left]!.rank ? right : left
      if (heap[i]!.rank <= heap[lower]!.rank) return
      ;[heap[lower], heap[i]] = [heap[i]!, heap[lower]!]
      i = lower
    }
  }
}
