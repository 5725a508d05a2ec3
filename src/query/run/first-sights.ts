const unset = 0xffff_ffff

/** Numbers numbers in the order of their first sight, from 0. */
export class FirstSights {
  /** Of each number that was met. */
  #places = new Uint32Array(1024).fill(unset)
  readonly #met: number[] = []

  get size(): number {
    return this.#met.length
  }

  at(place: number): number {
    return this.#met[place]!
  }

  /** Replaces each by its place. */
  number(numbers: Uint32Array): void {
    for (let k = 0; k < numbers.length; k++) {
      const number = numbers[k]!
      if (number >= this.#places.length) this.#grow(number)
      let place = this.#places[number]!
      if (place === unset) {
        place = this.#met.push(number) - 1
        this.#places[number] = place
      }
      numbers[k] = place
    }
  }

  #grow(number: number): void {
    const places = new Uint32Array(2 * number).fill(unset)
    places.set(this.#places)
    this.#places = places
  }
}
