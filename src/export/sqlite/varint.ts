/** Writes a whole number from 0 to 2^53 as SQLite's varint (sqlite.org/fileformat2.html 1.6); gives where it ends. */
export function putVarint(bytes: Uint8Array, at: number, value: number): number {
  if (value < 0x80) {
    bytes[at] = value
    return at + 1
  }
  const length = varintBytes(value)
  let rest = value
  for (let i = length - 1; i >= 0; i--) {
    bytes[at + i] = (rest % 128) + (i === length - 1 ? 0 : 128)
    rest = Math.floor(rest / 128)
  }
  return at + length
}

/** Seven bits a byte; a number of nine bytes would be beyond 2^53. */
export function varintBytes(value: number): number {
  let length = 1
  for (let bound = 128; value >= bound; bound *= 128) length += 1
  return length
}
