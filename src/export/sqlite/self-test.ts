import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs'
import type { Database, SqlJsStatic } from 'sql.js'
import { systemCode } from '../export-error.ts'
import { databaseOver, emptyDatabase } from './load-sqlite.ts'

/**
 * Whether `PagedFile` does what this sql.js expects: the same few pages are written through it and in memory, and must
 * come to the same bytes, and be read back. `scratch`: a path at which a file may be made for the moment; what the disk
 * refuses is thrown as the system says it.
 */
export function selfTest(sqlite: SqlJsStatic, scratch: string): boolean {
  const seed = emptyDatabase(sqlite)
  const inMemory = new sqlite.Database(seed)
  const descriptor = openSync(scratch, 'wx+', 0o600)
  try {
    writeSync(descriptor, seed, 0, seed.length, 0)
    const onDisk = databaseOver(sqlite, descriptor, seed.length)
    fill(inMemory)
    fill(onDisk)
    onDisk.close()
    const expected = inMemory.export()
    const written = readFileSync(scratch)
    const isSame =
      Buffer.compare(expected.subarray(headerBytes), written.subarray(headerBytes)) === 0
    return isSame && readsBack(sqlite, descriptor, written.length)
  } catch (error) {
    // SQLite finds its own pages to be none.
    if (systemCode(error) === undefined) return false
    throw error
  } finally {
    inMemory.close()
    closeSync(descriptor)
    unlinkSync(scratch)
  }
}

const rows = 3_000
/** SQLite's header, whose change counters differ: `export()` makes a copy. */
const headerBytes = 100

function fill(database: Database): void {
  database.run('PRAGMA journal_mode=OFF; CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT)')
  database.run('BEGIN')
  for (let a = 1; a <= rows; a++) database.run('INSERT INTO t VALUES(?, ?)', [a, `row ${a}`])
  database.run('COMMIT')
}

function readsBack(sqlite: SqlJsStatic, descriptor: number, bytes: number): boolean {
  const database = databaseOver(sqlite, descriptor, bytes)
  try {
    const [result] = database.exec('SELECT count(*), sum(a) FROM t WHERE b = "row " || a')
    const [count, sum] = result?.values[0] ?? []
    return count === rows && sum === (rows * (rows + 1)) / 2
  } finally {
    database.close()
  }
}
