/** Rows of a block by their numbers, ascending. */
export type Selection = Uint32Array

let numbers = new Uint32Array(0)

/** The rows 0 to `count` - 1; not to be changed, because blocks share it. */
export function allRows(count: number): Selection {
  if (numbers.length < count) numbers = Uint32Array.from({ length: count }, (_, row) => row)
  return numbers.subarray(0, count)
}

export function select(among: Selection, holds: (row: number) => boolean): Selection {
  const rows = new Uint32Array(among.length)
  let count = 0
  for (let k = 0; k < among.length; k++) if (holds(among[k]!)) rows[count++] = among[k]!
  return count === among.length ? among : rows.subarray(0, count)
}

/** Those whose byte of `mask` is `wanted`; written out, because it is asked of every row. */
export function marked(among: Selection, mask: Uint8Array, wanted: number): Selection {
  return select(among, (row) => mask[row] === wanted)
}
