/** Values of addresses, range after range without a hole: each from its start up to the next one's. */
export interface RangeTable {
  /** 32-bit words of a start, the most significant first: 1 of IPv4, 2 or 4 of IPv6 (the rest of it is 0). */
  readonly words: number
  /** Ascending; the first is 0. */
  readonly starts: Uint32Array
  /** One a start; 0 where nothing is known. */
  readonly values: Uint8Array | Uint32Array
}

/** The value of the address of these words; those that the table does not have are not looked at. */
export function valueAt({ words, starts, values }: RangeTable, key: Uint32Array): number {
  let low = 1
  let high = values.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isPast(starts, middle * words, words, key)) high = middle
    else low = middle + 1
  }
  return values[low - 1]!
}

/** Whether the start at `at` is larger than the key. */
function isPast(starts: Uint32Array, at: number, words: number, key: Uint32Array): boolean {
  for (let i = 0; i < words; i++) {
    const [start, wanted] = [starts[at + i]!, key[i]!]
    if (start !== wanted) return start > wanted
  }
  return false
}
