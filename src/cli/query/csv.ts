import type { FinalRow } from '../../query/aggregate/finalise.ts'
import type { Question } from '../../query/question.ts'
import { isoTime } from '../../model/vocabulary.ts'
import { groupKeyName } from '../../query/words/group-words.ts'
import { measureName } from '../../query/words/measure-words.ts'

type Cell = string | number | bigint | null | readonly string[]

/** A line of RFC 4180: nothing for what is not known, quotes only where they are needed. */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(',')}\n`

function csvCell(cell: Cell): string {
  const text = cell === null ? '' : Array.isArray(cell) ? cell.join(' ') : String(cell)
  // A spreadsheet takes such a beginning for a formula, and the name of a process may be hostile.
  const safe = typeof cell === 'string' && /^[=+\-@]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** A line a group under the names of its fields; with bins each begins with its start. */
export function answerCsv(
  { by, measures, bin }: Question,
  rows: readonly Pick<FinalRow, 'key' | 'bin' | 'values'>[],
): string {
  const start = bin === undefined ? [] : ['start']
  const head = [...start, ...by.map(groupKeyName), ...measures.map(measureName)]
  const lines = rows.map((row) => [
    ...(row.bin === undefined ? [] : [isoTime(row.bin)]),
    ...row.key,
    ...row.values.map(({ value }) => value),
  ])
  return [head, ...lines].map(csvLine).join('')
}
