import type { FlowColumns, NumberColumnName } from '../../model/flow-columns.ts'
import type { NumberArray } from '../../model/kernels/number-array.ts'
import { allRows, type Selection } from './selection.ts'

/** Numbers of pieces: that of piece `k` is `values[at[k]]`. */
export interface Numbers {
  readonly values: NumberArray
  readonly at: Uint32Array
}

/** What of a block is to be counted: rows, or pieces of rows that were cut at the edges of bins. */
export interface Batch {
  readonly columns: FlowColumns
  /** The row of each piece, ascending; more than one piece of a row stand together. */
  readonly rows: Selection
  /** Counters and times of the pieces; of whatever cannot be cut, the row's. @throws DamagedColumn */
  readonly numbers: (name: NumberColumnName) => Numbers
  /** To which time each piece belongs. @throws DamagedColumn */
  readonly times: () => Numbers
}

/** Rows as they are, each at its end. */
export const wholeRows = (columns: FlowColumns, rows: Selection): Batch => ({
  columns,
  rows,
  numbers: (name) => ({ values: columns.column(name), at: rows }),
  times: () => ({ values: columns.column('end'), at: rows }),
})

/** One number a piece, made by whoever calls. */
export const madeNumbers = (values: NumberArray): Numbers => ({
  values,
  at: allRows(values.length),
})
