import type { ByteWindow } from './byte-window.ts'

const optionEnd = 0

/**
 * Calls `take` for each option between two offsets of a block, with its code, and the offset and length of its value;
 * false where one does not fit.
 */
export function eachOption(
  window: ByteWindow,
  from: number,
  to: number,
  take: (code: number, offset: number, length: number) => void,
): boolean {
  let at = from
  while (at + 4 <= to) {
    const code = window.u16(at)
    const length = window.u16(at + 2)
    if (code === optionEnd) return true
    if (at + 4 + length > to) return false
    take(code, at + 4, length)
    // Values are padded to 4 bytes.
    at += 4 + ((length + 3) & ~3)
  }
  return true
}
