import { cellWidth, truncateCells } from '../text/cells.ts'
import type { Paint, Role } from '../theme/theme.ts'

/** Text in one role; lines are made of them, and measured before they are painted. */
export interface Segment {
  readonly role: Role
  readonly text: string
}

export const segment = (role: Role, text: string): Segment => ({ role, text })

/** Cells that segments take. */
export const segmentsWidth = (segments: readonly Segment[]) =>
  segments.reduce((sum, { text }) => sum + cellWidth(text), 0)

/**
 * One line of `columns` cells: `left` from its beginning, `right` at its end. Where they do not fit, segments go from
 * the end of `left`, so the least important comes last there; the first two stay, the second of them cut.
 */
export function paintLine(
  left: readonly Segment[],
  right: readonly Segment[],
  columns: number,
  paint: Paint,
): string {
  const room = Math.max(0, columns - segmentsWidth(right))
  const kept = [...left]
  while (kept.length > 2 && segmentsWidth(kept) > room) kept.pop()
  const last = kept.pop() ?? segment('text', '')
  const text = truncateCells(last.text, Math.max(0, room - segmentsWidth(kept)))
  const gap = ' '.repeat(Math.max(0, room - segmentsWidth(kept) - cellWidth(text)))
  return [...kept, { ...last, text }, segment('text', gap), ...right]
    .map(({ role, text }) => (text === '' ? '' : paint(role, text)))
    .join('')
}
