import type { SqlValue } from 'sql.js'
import { openCase } from '../../export/case/read-case.ts'
import { runSql, type SqlResult } from '../../export/case/run-sql.ts'
import { cleanText } from '../../model/clean-text.ts'
import { limits } from '../../model/limits.ts'
import { alignedTable, type Column } from '../aligned-table.ts'
import { exitCode } from '../exit-code.ts'
import type { SqlRequest } from './sql-request.ts'

const writeLength = 64 * 1024

/** Prints what the statements give, as far as the limits allow. @throws ExportError */
export async function runPrivateSql({ path, sql, format }: SqlRequest): Promise<number> {
  const { database } = await openCase(path)
  database.run(`PRAGMA hard_heap_limit=${limits.sqlHeapBytes}`)
  const rowsMax = format === 'table' ? limits.caseRowsShown : limits.sqlRowsMax
  let isCut = false
  for (const result of runSql(database, sql)) {
    const rows = firstRows(result, rowsMax)
    const write = format === 'json' ? writeLines : writeTable
    isCut ||= write(result.columns, rows)
  }
  if (!isCut) return exitCode.ok
  const more = format === 'table' ? '; --format json prints more' : ''
  process.stderr.write(`e2etop: cut after ${rowsMax} rows; say LIMIT to choose which${more}\n`)
  return exitCode.partial
}

/** Returns, last, whether there were more. */
type Rows = Generator<readonly SqlValue[], boolean>

function* firstRows({ rows }: SqlResult, most: number): Rows {
  let left = most
  for (const row of rows) {
    if (left-- === 0) return true
    yield row
  }
  return false
}

function writeLines(columns: readonly string[], rows: Rows): boolean {
  let text = ''
  for (;;) {
    const { value, done } = rows.next()
    if (done || text.length >= writeLength) {
      process.stdout.write(text)
      text = ''
    }
    if (done) return value
    const fields = columns.map((name, i) => [name, jsonValue(value[i]!)])
    text += `${JSON.stringify(Object.fromEntries(fields))}\n`
  }
}

function writeTable(names: readonly string[], rows: Rows): boolean {
  const shown: (readonly SqlValue[])[] = []
  let next = rows.next()
  for (; !next.done; next = rows.next()) shown.push(next.value)
  const columns = names.map((name, i): Column<readonly SqlValue[]> => {
    const isNumeric = shown.every((row) => typeof row[i] !== 'string')
    return {
      title: clean(name),
      align: isNumeric ? 'right' : 'left',
      cell: (row) => clean(String(jsonValue(row[i]!) ?? '')),
    }
  })
  if (names.length > 0) process.stdout.write(alignedTable(columns, shown))
  return next.value
}

/** Blobs in hexadecimal; what could harm a terminal replaced. */
const jsonValue = (value: SqlValue): string | number | null =>
  value instanceof Uint8Array
    ? Buffer.from(value).toString('hex')
    : typeof value === 'string'
      ? value.split('\n').map(clean).join('\n')
      : value

const clean = (text: string) => cleanText(text, limits.sentenceLength)
