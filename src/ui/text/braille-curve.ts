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

/** What a line spans, from its bottom to its top. */
export interface LineSpan {
  readonly least: number
  readonly most: number
}

/** Values as a line of dots, two a cell, the latest at the right end; 0 is no value, and the line is broken there. */
export function brailleLine(
  values: readonly number[],
  { least, most }: LineSpan,
  width: number,
  rows: number,
): readonly string[] {
  const across = width * perCell.across
  const shown = values.slice(-across)
  const empty = across - shown.length
  const top = rows * perCell.up - 1
  const heightAt = (x: number): number | undefined => {
    const value = shown[x - empty] ?? 0
    if (value <= 0) return undefined
    return most === least ? top >> 1 : Math.round(((value - least) / (most - least)) * top)
  }
  const grid = Array.from({ length: rows }, () => new Uint8Array(width))
  for (let x = 0; x < across; x++) {
    const here = heightAt(x)
    if (here === undefined) continue
    const before = heightAt(x - 1) ?? here
    // Up or down from where it was, without a second dot in its row.
    const from = before < here ? before + 1 : before > here ? before - 1 : here
    for (let y = Math.min(from, here); y <= Math.max(from, here); y++) {
      const cells = grid[rows - 1 - Math.floor(y / perCell.up)]!
      cells[x >> 1] = cells[x >> 1]! | (dots[x % 2 === 0 ? 0 : 1][y % perCell.up] ?? 0)
    }
  }
  return grid.map((cells) =>
    Array.from(cells, (bits) => (bits === 0 ? ' ' : String.fromCharCode(0x2800 + bits))).join(''),
  )
}
