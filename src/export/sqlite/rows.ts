import type { Database, SqlValue } from 'sql.js'
import { ExportError } from '../export-error.ts'

/** The rows of one statement, one at a time. @throws ExportError `sqlite` where the file cannot be read */
export function* rows(database: Database, sql: string): Generator<SqlValue[]> {
  const next = 'See `e2etop verify`, or copy the file again from where it was written.'
  const statement = sqliteSays(() => database.prepare(sql), next)
  try {
    while (sqliteSays(() => statement.step(), next)) yield statement.get()
  } finally {
    statement.free()
  }
}

/** What SQLite says as an error of this floor. @throws ExportError `sqlite` */
export function sqliteSays<T>(run: () => T, next: string): T {
  try {
    return run()
  } catch (cause) {
    // A fault of ours would be of a more special kind.
    if (!(cause instanceof Error) || cause.constructor !== Error) throw cause
    throw new ExportError('sqlite', `SQLite: ${cause.message}`, { next, cause })
  }
}
