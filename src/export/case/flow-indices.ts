import { integerType, putInteger } from '../sqlite/record.ts'
import { KeySorter, RunFile } from '../sqlite/key-sorter.ts'
import type { CaseTrees } from './case-trees.ts'
import { flowColumnAt } from './tables.ts'

/** Indices over one column of `flow` each. */
const indexed = {
  flow_end: flowColumnAt('end_ms'),
  flow_remote: flowColumnAt('remote_addr'),
  flow_proc: flowColumnAt('proc'),
} as const
type FlowIndexName = keyof typeof indexed
const names = Object.keys(indexed) as FlowIndexName[]

/** Gathers what the indices of `flow` are of, and writes them after the rows. */
export class FlowIndices {
  readonly #file: RunFile
  readonly #sorters: readonly KeySorter[]

  /** `scratch`: a path at which a file may be made for the moment. */
  constructor(scratch: string) {
    this.#file = new RunFile(scratch)
    this.#sorters = names.map(() => new KeySorter(this.#file))
  }

  /** The next row, whose columns are at `numbers[at]`. */
  add(numbers: Float64Array, at: number): void {
    for (let i = 0; i < names.length; i++) this.#sorters[i]!.add(numbers[at + indexed[names[i]!]]!)
  }

  finish(trees: CaseTrees): void {
    const record = new Uint8Array(24)
    for (const [i, name] of names.entries()) {
      const tree = trees.index(name)
      this.#sorters[i]!.forEach((key, row) => {
        tree.append(record, putEntry(record, key, row))
      })
    }
    this.close()
  }

  close(): void {
    this.#file.close()
  }
}

/** The record of an entry of two whole numbers; gives its length. */
function putEntry(record: Uint8Array, key: number, row: number): number {
  const keyType = integerType(key)
  const rowType = integerType(row)
  record[0] = 3
  record[1] = keyType
  record[2] = rowType
  return putInteger(record, putInteger(record, 3, key, keyType), row, rowType)
}
