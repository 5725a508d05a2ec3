import { createHash } from 'node:crypto'
import type { Database } from 'sql.js'
import { rows } from '../sqlite/rows.ts'
import { canonicalRow } from './canonical-row.ts'
import type { TableName } from './tables.ts'

/** What each seal is over, in the order of `sealsOf`; `case` is over these. */
const wholeTables = ['meta', 'addr', 'proc'] as const satisfies readonly TableName[]
/** Rows of a host beside its own: those with its number. */
const hostTables = [
  'segment',
  'run',
  'gap',
  'lost',
  'digest',
] as const satisfies readonly TableName[]

/** sha256 in hexadecimal, by subject. */
export type Seals = ReadonlyMap<string, string>

/**
 * Digests of everything that a case says, of the rows of `flow` through their `digest` rows. Rows are taken in the order
 * of their ids (of `key` in `meta`), each as its `canonicalRow`.
 */
export function sealsOf(database: Database): Seals {
  const seals = new Map<string, string>()
  for (const table of wholeTables)
    seals.set(table, sha256Of(canonicalRows(database, `SELECT * FROM ${table} ORDER BY 1`)))
  for (const [id] of rows(database, 'SELECT id FROM host ORDER BY id'))
    seals.set(`host ${String(id)}`, sha256Of(hostRows(database, Number(id))))
  seals.set('case', sha256Of([...seals].map(canonicalRow)))
  return seals
}

export function writeSeals(database: Database): Seals {
  const seals = sealsOf(database)
  for (const seal of seals) database.run('INSERT OR REPLACE INTO seal VALUES(?, ?)', [...seal])
  return seals
}

function* hostRows(database: Database, id: number): Generator<string> {
  yield* canonicalRows(database, `SELECT * FROM host WHERE id = ${id}`)
  for (const table of hostTables)
    yield* canonicalRows(database, `SELECT * FROM ${table} WHERE host = ${id} ORDER BY id`)
}

function* canonicalRows(database: Database, sql: string): Generator<string> {
  for (const row of rows(database, sql)) yield canonicalRow(row)
}

function sha256Of(texts: Iterable<string>): string {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(text)
  return hash.digest('hex')
}
