import { openCase } from '../../export/case/read-case.ts'
import { runSql, type ExactValue, type SqlResult } from '../../export/case/run-sql.ts'
import { cleanText } from '../../model/clean-text.ts'
import { limits } from '../../model/limits.ts'
import { alignedTable, type Column } from '../aligned-table.ts'
import { exitCode } from '../exit-code.ts'
import type { OutputFormat } from '../query/output.ts'
import { csvLine } from '../query/csv.ts'
import type { SqlRequest } from './sql-request.ts'

const writeLength = 64 * 1024

/** Prints what the statements give, as far as the limits allow. @throws ExportError */
export async function runPrivateSql({ path, sql, format, rowsMax }: SqlRequest): Promise<number> {
  const { database } = await openCase(path)
  database.run(`PRAGMA hard_heap_limit=${limits.sqlHeapBytes}`)
  let isCut = false
  for (const result of runSql(database, sql)) {
    const rows = firstRows(result, rowsMax)
    if (writers[format](result.columns, rows)) isCut = true
  }
  if (!isCut) return exitCode.ok
  const more = format === 'table' ? '; --format json prints more' : ''
  process.stderr.write(`e2etop: cut after ${rowsMax} rows; say LIMIT to choose which${more}\n`)
  return exitCode.partial
}

/** Returns, last, whether there were more. */
type Rows = Generator<readonly ExactValue[], boolean>

function* firstRows({ rows }: SqlResult, most: number): Rows {
  let left = most
  for (const row of rows) {
    if (left-- === 0) return true
    yield row
  }
  return false
}

/** Prints what there is, and gives whether there was more. */
type Writer = (columns: readonly string[], rows: Rows) => boolean

const writeJson: Writer = (columns, rows) =>
  writeLines(rows, (row) => {
    const fields = columns.map((name, i) => `${JSON.stringify(name)}:${jsonValue(row[i]!)}`)
    return `{${fields.join(',')}}\n`
  })

const writeCsv: Writer = (columns, rows) => {
  process.stdout.write(csvLine(columns))
  return writeLines(rows, (row) => csvLine(row.map(plainValue)))
}

function writeLines(rows: Rows, lineOf: (row: readonly ExactValue[]) => string): boolean {
  let text = ''
  for (;;) {
    const { value, done } = rows.next()
    if (done || text.length >= writeLength) {
      process.stdout.write(text)
      text = ''
    }
    if (done) return value
    text += lineOf(value)
  }
}

const writeTable: Writer = (names, rows) => {
  const shown: (readonly ExactValue[])[] = []
  let next = rows.next()
  for (; !next.done; next = rows.next()) shown.push(next.value)
  const columns = names.map((name, i): Column<readonly ExactValue[]> => {
    const isNumeric = shown.every((row) => typeof row[i] !== 'string')
    return {
      title: clean(name),
      align: isNumeric ? 'right' : 'left',
      cell: (row) => clean(String(plainValue(row[i]!) ?? '')),
    }
  })
  if (names.length > 0) process.stdout.write(alignedTable(columns, shown))
  return next.value
}

const writers: Record<OutputFormat, Writer> = { json: writeJson, csv: writeCsv, table: writeTable }

const jsonValue = (value: ExactValue): string =>
  typeof value === 'bigint' ? String(value) : JSON.stringify(plainValue(value))

/** Blobs in hexadecimal; what could harm a terminal replaced. */
const plainValue = (value: ExactValue): string | number | bigint | null =>
  value instanceof Uint8Array
    ? Buffer.from(value).toString('hex')
    : typeof value === 'string'
      ? value.split('\n').map(clean).join('\n')
      : value

const clean = (text: string) => cleanText(text, limits.sentenceLength)
