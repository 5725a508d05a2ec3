import type { Database, SqlJsStatic } from 'sql.js'
import { pageBytes } from './page-file.ts'
import { PagedFile } from './paged-file.ts'

let loaded: Promise<SqlJsStatic> | undefined

/** SQLite as WebAssembly; loaded at its first use, because it costs 40 ms and 20 MB. */
export function loadSqlite(): Promise<SqlJsStatic> {
  loaded ??= import('sql.js').then(({ default: initialise }) => initialise())
  return loaded
}

/** A database over an open file. The descriptor stays the caller's. */
export function databaseOver(sqlite: SqlJsStatic, descriptor: number, bytes: number): Database {
  // Not a typed array, only what MEMFS needs of one.
  return new sqlite.Database(new PagedFile(descriptor, bytes) as unknown as Uint8Array)
}

/** The bytes of a database without tables: SQLite's first write to an empty file would replace a `PagedFile`. */
export function emptyDatabase(sqlite: SqlJsStatic): Uint8Array {
  const database = new sqlite.Database()
  try {
    // Only a database that was written to has bytes.
    database.run(`PRAGMA page_size=${pageBytes}; PRAGMA user_version=1`)
    return database.export()
  } finally {
    database.close()
  }
}
