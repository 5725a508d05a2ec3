import { limits } from '../limits.ts'
import { runKernel } from './run-kernel.ts'

/** Where arrays are made. What is in them at first is not said. */
export interface Room {
  readonly bytes: (length: number) => Uint8Array
  readonly halves: (length: number) => Uint16Array
  readonly words: (length: number) => Uint32Array
  readonly floats: (length: number) => Float64Array
  /** The same bytes, here: a copy where they are elsewhere, and kernels are to read them. */
  readonly having: (bytes: Uint8Array) => Uint8Array
}

/** Where the arrays of a block are made while a question counts it. */
export interface BlockSpace {
  /** For its columns. */
  readonly columns: Room
  /** For what nobody needs any more when the next block is read. */
  readonly scratch: Room
  /** For what stays until the question is answered. */
  readonly kept: Room
  /** The rows 0 to `count` - 1; not to be changed, because blocks share it. */
  readonly allRows: (count: number) => Uint32Array
}

export const plainRoom: Room = {
  bytes: (length) => new Uint8Array(length),
  halves: (length) => new Uint16Array(length),
  words: (length) => new Uint32Array(length),
  floats: (length) => new Float64Array(length),
  having: (bytes) => bytes,
}

export const plainSpace: BlockSpace = {
  columns: plainRoom,
  scratch: plainRoom,
  kept: plainRoom,
  allRows: rowsIn(plainRoom),
}

/** Makes them when they are first asked for, and again for more. */
export function rowsIn(room: Room): BlockSpace['allRows'] {
  let rows = room.words(0)
  return (count) => {
    if (rows.length < count) {
      rows = room.words(Math.max(count, limits.blockRowsMax))
      numberRows(rows)
    }
    return rows.subarray(0, count)
  }
}

function numberRows(rows: Uint32Array): void {
  if (runKernel('numberRows', rows, rows.length) !== undefined) return
  for (let row = 0; row < rows.length; row++) rows[row] = row
}
