import { roleOfColour } from '../charts/curves.ts'
import type { ColourRun } from '../charts/off-screen.ts'
import type { Paint } from '../theme/theme.ts'

/** Lines that a widget has drawn, in the theme's colours; it leaves lines below its axis empty. */
export function paintRuns(
  lines: readonly (readonly ColourRun[])[],
  paint: Paint,
): readonly string[] {
  const end = lines.findLastIndex((runs) => runs.some(({ text }) => text.trim() !== ''))
  return lines
    .slice(0, end + 1)
    .map((runs) => runs.map(({ colour, text }) => paint(roleOfColour(colour), text)).join(''))
}
