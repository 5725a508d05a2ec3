/**
 * A column that is missing or damaged, or has a number that stands for nothing. Thrown where a column is first asked
 * for, which may be deep in a loop over the others, and caught by whoever reads the block: it costs that block.
 */
export class DamagedColumn extends Error {
  override readonly name = 'DamagedColumn'
}

/** @throws DamagedColumn of undefined */
export function present<T>(column: T | undefined): T {
  if (column === undefined) throw new DamagedColumn('missing or damaged')
  return column
}
