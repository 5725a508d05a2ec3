/** Ids numbered from 0 on, in the order in which they come. */
export interface Numbered {
  /** The ids. */
  readonly met: readonly number[]
  /** Of each row of each column. */
  readonly columns: readonly Uint32Array[]
}

/** Numbers the ids that some rows of a case have, among all that it has. */
export class Numbering {
  /** One past the number of each id; 0 between two uses. */
  readonly #known: Uint32Array

  /** Ids are from 1 to `most`. */
  constructor(most: number) {
    this.#known = new Uint32Array(most + 1)
  }

  of(columns: readonly Float64Array[]): Numbered {
    const known = this.#known
    const met: number[] = []
    const numbers = columns.map((ids) => numberAll(ids, known, met))
    for (const id of met) known[id] = 0
    return { met, columns: numbers }
  }
}

function numberAll(ids: Float64Array, known: Uint32Array, met: number[]): Uint32Array {
  const numbers = new Uint32Array(ids.length)
  for (let row = 0; row < ids.length; row++) {
    const id = ids[row]!
    if (known[id] === 0) known[id] = met.push(id)
    numbers[row] = known[id]! - 1
  }
  return numbers
}
