import stringWidth from 'string-width'
import { screenLimits } from '../../model/screen-limits.ts'
import { graphemesOf } from './graphemes.ts'

const printableAscii = /^[\x20-\x7e]*$/
const ellipsis = '…'

/** Widths of texts that are not ASCII: measuring takes microseconds, and the same arrows and names come each second. */
const measured = new Map<string, number>()

/** Terminal cells that a text without control characters takes: 2 for a CJK character, 0 for a combining mark. */
export function cellWidth(text: string): number {
  if (printableAscii.test(text)) return text.length
  const known = measured.get(text)
  if (known !== undefined) return known
  if (measured.size >= screenLimits.measuredTextsMax) measured.clear()
  const width = stringWidth(text)
  measured.set(text, width)
  return width
}

/** At most `width` cells of a text; what is cut off is marked by an ellipsis. No grapheme is split. */
export function truncateCells(text: string, width: number): string {
  if (cellWidth(text) <= width) return text
  if (width < 1) return ''
  if (printableAscii.test(text)) return text.slice(0, width - 1) + ellipsis
  let kept = ''
  let used = 0
  for (const segment of graphemesOf(text)) {
    const cells = cellWidth(segment)
    if (used + cells > width - 1) break
    kept += segment
    used += cells
  }
  return kept + ellipsis
}

/** The same, with its beginning cut off: of a path the end says more. */
export function truncateStart(text: string, width: number): string {
  if (cellWidth(text) <= width) return text
  let kept = ''
  let used = 1
  for (const segment of [...graphemesOf(text)].toReversed()) {
    used += cellWidth(segment)
    if (used > width) break
    kept = segment + kept
  }
  return width < 1 ? '' : ellipsis + kept
}

/** The same, with its middle cut out: names of hosts differ at either end. */
export function truncateMiddle(text: string, width: number): string {
  if (cellWidth(text) <= width) return text
  const before = Math.ceil((width + 1) / 2)
  const start = truncateCells(text, before)
  return start + truncateStart(text, width - cellWidth(start) + 1).slice(ellipsis.length)
}

export type Align = 'left' | 'right'

/** A text in exactly `width` cells: truncated or padded. */
export function fitCells(text: string, width: number, align: Align): string {
  const cut = truncateCells(text, width)
  const padding = ' '.repeat(Math.max(0, width - cellWidth(cut)))
  return align === 'left' ? cut + padding : padding + cut
}

/** Breaks a text at spaces into lines of at most `width` cells; a longer word is broken where it must be. */
export function wrapCells(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((word) => breakWord(word, width))) {
    const longer = line === '' ? word : `${line} ${word}`
    if (cellWidth(longer) <= width) {
      line = longer
    } else {
      lines.push(line)
      line = word
    }
  }
  return [...lines, line]
}

function breakWord(word: string, width: number): string[] {
  if (cellWidth(word) <= width) return [word]
  const pieces = ['']
  for (const segment of graphemesOf(word)) {
    const last = pieces.length - 1
    const longer = `${pieces[last]}${segment}`
    if (cellWidth(longer) <= width) pieces[last] = longer
    else pieces.push(segment)
  }
  return pieces
}
