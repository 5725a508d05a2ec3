/** The place of someone inside. */
export interface Place {
  /** Waits for a thing that costs nothing but time: the place is given up where that takes longer than so many ms. */
  lendWhile<T>(waiting: Promise<T>, afterMs: number): Promise<T>
  /** Has it again where it was given up, before those that wait to come in. */
  takeBack(): Promise<void>
}

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

  async pass<T>(work: (place: Place) => Promise<T>): Promise<T> {
    let isHeld = true
    const leave = () => {
      if (isHeld) this.#leave()
      isHeld = false
    }
    const place: Place = {
      async lendWhile(waiting, afterMs) {
        const timer = setTimeout(leave, afterMs)
        return waiting.finally(() => clearTimeout(timer))
      },
      takeBack: async () => {
        if (!isHeld) await this.#enter((next) => this.#waiting.unshift(next))
        isHeld = true
      },
    }
    await this.#enter((next) => this.#waiting.push(next))
    try {
      return await work(place)
    } finally {
      leave()
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

  async #enter(wait: (next: () => void) => void): Promise<void> {
    if (this.#inside < this.#places) this.#inside += 1
    else await new Promise<void>(wait)
  }

  #leave(): void {
    this.#inside -= 1
    this.#letIn()
  }

  #letIn(): void {
    while (this.#inside < this.#places && this.#waiting.length > 0) {
      this.#inside += 1
      this.#waiting.shift()!()
    }
  }
}
