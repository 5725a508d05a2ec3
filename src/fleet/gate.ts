/** Lets so many through at once; the others wait in the order in which they came. */
export class Gate {
  readonly #most: number
  #places: number
  #inside = 0
  readonly #waiting: (() => void)[] = []

  /** `most`: to which it may be widened. */
  constructor(places: number, most = places) {
    this.#places = places
    this.#most = most
  }

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside < this.#places) this.#inside += 1
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      this.#inside -= 1
      this.#letIn()
    }
  }

  /** One more at once. */
  widen(): void {
    this.#places = Math.min(this.#most, this.#places + 1)
    this.#letIn()
  }

  /** Half as many at once, those that are inside by now included. */
  narrow(): void {
    this.#places = Math.max(1, this.#places >> 1)
  }

  #letIn(): void {
    while (this.#inside < this.#places && this.#waiting.length > 0) {
      this.#inside += 1
      this.#waiting.shift()!()
    }
  }
}
