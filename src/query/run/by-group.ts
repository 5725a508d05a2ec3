import { plainRoom } from '../../model/kernels/room.ts'

/** Numbers by group that grow with the groups. */
export class ByGroup {
  #values: Float64Array = new Float64Array(0)
  readonly #begin: number

  constructor(begin: number) {
    this.#begin = begin
  }

  readonly bytes = () => this.#values.byteLength

  /** Of `size` groups; where there were fewer before, in the room. */
  sized(size: number, room = plainRoom): Float64Array {
    if (size <= this.#values.length) return this.#values
    const larger = room.floats(Math.max(1024, 2 * size)).fill(this.#begin)
    larger.set(this.#values)
    this.#values = larger
    return larger
  }
}
