import { join } from 'node:path'
import { answerQuestion } from '../../../src/host/answer-question.ts'
import { hostTime, millis } from '../../../src/model/quantity.ts'
import type { FinalRows } from '../../../src/query/aggregate/final-rows.ts'
import { finalise } from '../../../src/query/aggregate/finalise.ts'
import { days, dayMs, startMs } from './dataset.ts'
import { duckDialect, sqliteDialect } from './dialects.ts'
import { duckConnection } from './duckdb.ts'
import { questions, rowsShown, sqlOf, type QuestionName, type Rows } from './questions.ts'
import { withDatabase } from './sqlite.ts'

/**
 * A program of its own, so that each answer has a process's memory and a cold start of its code, as a command has:
 * `ask.mjs ENGINE FOLDER QUESTION` prints the answer, the time it took and the peak memory.
 */
type Ask = (folder: string, name: QuestionName) => Promise<{ readonly ms: number; rows: Rows }>

const asks: Readonly<Record<string, Ask>> = { ours: askOurs, 'sql.js': askSqlJs, duckdb: askDuckDb }

async function askOurs(folder: string, name: QuestionName) {
  const question = questions[name]
  const began = performance.now()
  const partial = await answerQuestion(question, {
    host: 'bench',
    log: folder,
    live: 'none',
    at: hostTime(startMs + days * dayMs),
    clock: () => millis(performance.now()),
  })
  const ranked = name === 'top' || name === 'nets'
  const answer = finalise(question, partial, ranked ? rowsShown : 1e6)
  const rows = plainRows(answer.rows)
  const ms = performance.now() - began
  return { ms, rows }
}

/** Every row as a list, as the other engines give theirs: who asks reads all of them. */
function plainRows({ length, columns: { keys, bins, measured } }: FinalRows): Rows {
  const textsOf = keys.mapped((key) => key.map(String))
  const rows: (string | number)[][] = []
  for (let row = 0; row < length; row++) {
    const texts = textsOf(row)
    const plain = Array<string | number>(
      Number(bins !== undefined) + texts.length + measured.length,
    )
    let at = 0
    if (bins) plain[at++] = bins[row]!
    for (const text of texts) plain[at++] = text
    for (const { values } of measured) plain[at++] = values[row]!
    rows.push(plain)
  }
  return rows
}

async function askSqlJs(folder: string, name: QuestionName) {
  const sql = sqlOf(sqliteDialect)[name]
  return withDatabase(folder, 'r', (db) => {
    const began = performance.now()
    const [found] = db.exec(sql)
    const ms = performance.now() - began
    return { ms, rows: (found?.values ?? []) as unknown as Rows }
  })
}

async function askDuckDb(folder: string, name: QuestionName) {
  const connection = await duckConnection()
  const files = join(folder, '*.parquet')
  await connection.runAndReadAll(`create view flow as select * from read_parquet('${files}')`)
  const sql = sqlOf(duckDialect)[name]
  const began = performance.now()
  const rows = (await connection.runAndReadAll(sql)).getRowsJson()
  const ms = performance.now() - began
  return { ms, rows: rows.map((row) => row.map(plainNumber)) }
}

/** 64-bit numbers come as text. */
const plainNumber = (value: string | number) =>
  typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value

const [engine = '', folder = '', question = ''] = process.argv.slice(2)
const { ms, rows } = await asks[engine]!(folder, question as QuestionName)
const peakMb = process.resourceUsage().maxRSS / 1024
process.stdout.write(JSON.stringify({ ms, peakMb, rows }))
