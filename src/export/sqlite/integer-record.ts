import { integerBytes, integerType, putInteger } from './record.ts'
import type { TableTree } from './table-tree.ts'

/**
 * Appends rows of whole numbers whose first column is the row's number, which SQLite keeps beside the record. Their
 * types are of one byte each, so a record's header has as many bytes as there are columns, and one for its length.
 */
export class IntegerRows {
  readonly #tree: TableTree
  readonly #types: Uint8Array

  constructor(tree: TableTree, columns: number) {
    this.#tree = tree
    this.#types = new Uint8Array(columns)
  }

  append(numbers: Float64Array, from: number): void {
    const types = this.#types
    const columns = types.length
    let recordBytes = 1 + columns
    for (let i = 1; i < columns; i++) {
      const type = integerType(numbers[from + i]!)
      types[i] = type
      recordBytes += integerBytes[type]!
    }
    const { bytes, at } = this.#tree.begin(recordBytes)
    bytes[at] = 1 + columns
    let to = at + 1
    for (let i = 0; i < columns; i++) bytes[to++] = types[i]!
    for (let i = 1; i < columns; i++) to = putInteger(bytes, to, numbers[from + i]!, types[i]!)
    this.#tree.end(to)
  }
}
