import type { Prompt } from '../prompt/prompt.ts'
import { cellWidth, fitCells, truncateCells } from '../text/cells.ts'
import type { Paint } from '../theme/theme.ts'

/** Lines that an open prompt takes in the place of the hints. */
export const promptLines = 3

/** The line that is typed; what is wrong with it, under the word in question; what may come next. */
export function paintPrompt(prompt: Prompt, columns: number, paint: Paint): readonly string[] {
  const sign = ` ${prompt.language.sign} `
  const room = columns - sign.length - 1
  const { cursor } = prompt.editor
  const text = prompt.language.isSecret ? '•'.repeat(prompt.text.length) : prompt.text
  const from = firstShown(text, cursor, room)
  const shown = text.slice(from)
  const line =
    paint('key', sign) +
    shown.slice(0, cursor - from) +
    paint('selected', shown.charAt(cursor - from) || ' ') +
    cutTo(shown.slice(cursor - from + 1), room - cellWidth(shown.slice(0, cursor - from)) - 1)
  return [line, paintVerdict(prompt, from, columns, paint), paintOffers(prompt, columns, paint)]
}

/** So much of the beginning is out of sight that the cursor is in sight. */
function firstShown(text: string, cursor: number, room: number): number {
  let from = 0
  while (cellWidth(text.slice(from, cursor)) > room - 1) from++
  return from
}

const cutTo = (text: string, cells: number) => (cells > 0 ? truncateCells(text, cells) : '')

function paintVerdict(prompt: Prompt, from: number, columns: number, paint: Paint): string {
  const { kind, at, length, says } = prompt.verdict
  if (kind !== 'wrong') return `   ${paint('dim', truncateCells(says, columns - 4))}`
  const { text } = prompt
  const before = Math.min(columns - 2, 3 + cellWidth(text.slice(from, Math.max(from, at))))
  const marks = Math.max(1, cellWidth(text.slice(Math.max(from, at), at + length)))
  const carets = '^'.repeat(Math.min(marks, columns - before))
  const room = columns - before - carets.length - 2
  // A message that would not fit behind its mark stands before it.
  if (cellWidth(says) > room && before > columns / 2) {
    const message = fitCells(truncateCells(says, before - 4), before - 3, 'right')
    return ` ${paint('warning', message)}  ${paint('warning', carets)}`
  }
  return ' '.repeat(before) + paint('warning', `${carets} ${truncateCells(says, room)}`)
}

function paintOffers(prompt: Prompt, columns: number, paint: Paint): string {
  const { candidates } = prompt.offered
  const { chosen } = prompt
  const first = chosen === undefined ? 0 : firstOffer(prompt, columns)
  let line = paint('dim', ' Tab ')
  let left = columns - 6
  for (const [i, { text, help }] of candidates.entries()) {
    if (i < first) continue
    const meaning = help !== '' && (i === chosen || candidates.length === 1) ? ` (${help})` : ''
    const offer = truncateCells(text, 32)
    left -= cellWidth(offer) + cellWidth(meaning) + 2
    if (left < 0) break
    line += ` ${paint(i === chosen ? 'selected' : 'text', offer)}${paint('dim', meaning)} `
  }
  return candidates.length === 0 ? '' : line
}

/** The chosen candidate stays in sight. */
function firstOffer({ offered, chosen = 0 }: Prompt, columns: number): number {
  const widths = offered.candidates.map(({ text }) => cellWidth(truncateCells(text, 32)) + 2)
  let first = 0
  const used = () => widths.slice(first, chosen + 1).reduce((sum, width) => sum + width, 0)
  while (first < chosen && used() > columns - 36) first++
  return first
}
