import type { Database, SqlJsStatic } from 'sql.js'
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

/** Larger pages are written faster (16 kB: x1.14 of 4 kB, 64 kB: x1.26), but a table or index has at least one. */
const pageBytes = 16_384

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
