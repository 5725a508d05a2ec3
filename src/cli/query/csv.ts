import type { FinalRows } from '../../query/aggregate/final-rows.ts'
import type { GroupKeyValues } from '../../query/keys-of-groups.ts'
import type { Question } from '../../query/question.ts'
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

/** The names of the fields of `answerCsv`. */
export const answerHead = ({ by, measures }: Pick<Question, 'by' | 'measures'>): string =>
  csvLine([...by.map(groupKeyName), ...measures.map(measureName)])

/** A line a group. */
export function answerCsv(question: Question, rows: FinalRows): string {
  const { keys, measured } = rows.columns
  const begin = keys.mapped(keyCells)
  const lines = [answerHead(question)]
  for (let row = 0; row < rows.length; row++)
    lines.push(`${begin(row)}${measured.map(({ values }) => numberCell(values[row]!)).join(',')}\n`)
  return lines.join('')
}

/** The beginning of a line, up to its numbers. */
export const keyCells = (key: GroupKeyValues): string =>
  key.map((value) => `${csvCell(value)},`).join('')

/** NaN is not known. */
export const numberCell = (number: number): string => (Number.isNaN(number) ? '' : `${number}`)
