/** Numbers by group that grow with the groups. */
export class ByGroup {
  values = new Float64Array(1024)
  readonly #begin: number

  constructor(begin: number) {
    this.#begin = begin
    this.values.fill(begin)
  }

  readonly bytes = () => this.values.byteLength

  sized(size: number): Float64Array {
    if (size <= this.values.length) return this.values
    const larger = new Float64Array(2 * size).fill(this.#begin)
    larger.set(this.values)
    this.values = larger
    return larger
  }
}
