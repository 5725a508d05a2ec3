/** How long a login takes, without the time that its user takes to answer. */
export class LoginClock {
  readonly #onLate: () => void
  #leftMs: number
  #startedAt = 0
  #isOver = false
  #timer: NodeJS.Timeout | undefined

  constructor(ms: number, onLate: () => void) {
    this.#leftMs = ms
    this.#onLate = onLate
    this.#run()
  }

  /** The clock stands still until the work is done. */
  async without<T>(work: Promise<T>): Promise<T> {
    clearTimeout(this.#timer)
    this.#leftMs = Math.max(0, this.#leftMs - (performance.now() - this.#startedAt))
    const done = await work
    this.#run()
    return done
  }

  /** The login has ended, one way or the other. */
  end(): void {
    this.#isOver = true
    clearTimeout(this.#timer)
  }

  #run(): void {
    if (this.#isOver) return
    this.#startedAt = performance.now()
    this.#timer = setTimeout(this.#onLate, this.#leftMs)
  }
}
