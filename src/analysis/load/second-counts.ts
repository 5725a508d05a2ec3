const chunkSeconds = 4096

/** A number for each second of a time that may have long gaps; 4 bytes a second, of stretches in which there are any. */
export class SecondCounts {
  readonly #chunks = new Map<number, Int32Array>()

  add(second: number, amount: number): void {
    const index = Math.floor(second / chunkSeconds)
    let chunk = this.#chunks.get(index)
    if (!chunk) this.#chunks.set(index, (chunk = new Int32Array(chunkSeconds)))
    chunk[second - index * chunkSeconds]! += amount
  }

  addAll(other: SecondCounts): void {
    for (const [second, amount] of other.entries()) this.add(second, amount)
  }

  /** Those that are not 0, in order. */
  *entries(): Generator<readonly [second: number, amount: number]> {
    for (const index of [...this.#chunks.keys()].sort((a, b) => a - b))
      for (const [i, amount] of this.#chunks.get(index)!.entries())
        if (amount !== 0) yield [index * chunkSeconds + i, amount]
  }

  get largest(): number {
    let largest = 0
    for (const [, amount] of this.entries()) if (amount > largest) largest = amount
    return largest
  }

  /** The largest that all up to some second come to together. */
  get largestSum(): number {
    let sum = 0
    let largest = 0
    for (const [, amount] of this.entries()) {
      sum += amount
      if (sum > largest) largest = sum
    }
    return largest
  }
}
