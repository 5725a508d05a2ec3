/** With room for as many again. */
export function longer<T extends Float64Array | Int32Array | Uint32Array | Uint8Array>(
  numbers: T,
  least: number,
): T {
  const more = new (numbers.constructor as new (length: number) => T)(
    Math.max(least, 2 * numbers.length),
  )
  more.set(numbers)
  return more
}
