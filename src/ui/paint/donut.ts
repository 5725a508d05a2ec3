import { seriesRole } from '../charts/curves.ts'
import { formatShare } from '../text/bars.ts'
import type { Role } from '../theme/theme.ts'
import { segment, type Segment } from './line.ts'

/** Bits of a braille cell, by its two columns and from the top down. */
const bits = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const
/** The hole, of the radius. */
const hole = 0.55

/** Cells that a ring of so many lines is wide. */
export const donutCells = (lines: number): number => 2 * lines

/**
 * Parts of a whole (0 to 1, together at most 1) as a ring, clockwise from the top, each in the colour of its place; what
 * is left of the whole stands back. The first part is written into the hole.
 */
export function donut(parts: readonly number[], lines: number): readonly (readonly Segment[])[] {
  const radius = 2 * lines
  const partAt = (x: number, y: number): number | undefined => {
    const [right, down] = [x + 0.5 - radius, y + 0.5 - radius]
    const distance = Math.hypot(right, down) / radius
    if (distance > 1 || distance < hole) return undefined
    const turn = (Math.atan2(right, -down) / (2 * Math.PI) + 1) % 1
    let end = 0
    const place = parts.findIndex((part) => turn < (end += part))
    return place < 0 ? parts.length : place
  }
  const label = formatShare(parts[0] ?? 0).trim()
  const labelAt = lines - Math.ceil(label.length / 2)
  return Array.from({ length: lines }, (_, line) => {
    const cells = Array.from({ length: donutCells(lines) }, (_, cell) =>
      cellOf((column, row) => partAt(2 * cell + column, 4 * line + row), parts.length),
    )
    if (line !== Math.floor(lines / 2)) return cells
    return cells.map((cell, i) => {
      const sign = label.charAt(i - labelAt)
      return i >= labelAt && sign !== '' ? segment('text', sign) : cell
    })
  })
}

/** A cell has one colour: of the part that most of its dots are of. */
function cellOf(
  partAt: (column: number, row: number) => number | undefined,
  rest: number,
): Segment {
  const counts = new Map<number, number>()
  let drawn = 0
  for (const [column, ofColumn] of bits.entries())
    for (const [row, bit] of ofColumn.entries()) {
      const part = partAt(column, row)
      if (part === undefined) continue
      drawn |= bit
      counts.set(part, (counts.get(part) ?? 0) + 1)
    }
  const [most] = [...counts].toSorted((a, b) => b[1] - a[1])
  if (!most) return segment('text', ' ')
  const role: Role = most[0] === rest ? 'dim' : seriesRole(most[0])
  return segment(role, String.fromCharCode(0x2800 + drawn))
}
