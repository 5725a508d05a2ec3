/** Dots of a braille cell (U+2800), from the bottom up, of its left and right column. */
const dots = [
  [0x40, 0x04, 0x02, 0x01],
  [0x80, 0x20, 0x10, 0x08],
] as const
const perCell = { across: 2, up: 4 } as const

/** Values as filled columns of dots, two a cell, the latest at the right end, in `rows` lines of `width` cells. */
export function brailleCurve(
  values: readonly number[],
  width: number,
  rows: number,
): readonly string[] {
  const across = width * perCell.across
  const shown = values.slice(-across)
  const largest = Math.max(...shown, 0)
  const full = rows * perCell.up
  const empty = across - shown.length
  /** Of a value that is not 0 at least one dot. */
  const heightAt = (x: number) => {
    const value = shown[x - empty] ?? 0
    return value <= 0 || largest === 0 ? 0 : Math.max(1, Math.round((value / largest) * full))
  }
  return Array.from({ length: rows }, (_, line) => {
    const below = (rows - 1 - line) * perCell.up
    return Array.from({ length: width }, (_, cell) => {
      let bits = 0
      for (const [side, column] of dots.entries())
        for (const [up, dot] of column.entries())
          if (heightAt(cell * perCell.across + side) > below + up) bits |= dot
      return bits === 0 ? ' ' : String.fromCharCode(0x2800 + bits)
    }).join('')
  })
}
