import type { SqlJsStatic } from 'sql.js'
import { emptyDatabase } from '../sqlite/load-sqlite.ts'
import { caseObjects } from './read-case.ts'
import { caseApplicationId, caseVersion } from './tables.ts'

export interface EmptyCase {
  readonly bytes: Uint8Array
  /** The page at which each table and index begins, by name. */
  readonly roots: ReadonlyMap<string, number>
}

/** A case without rows, as SQLite makes it. */
export function emptyCase(sqlite: SqlJsStatic): EmptyCase {
  const database = new sqlite.Database(emptyDatabase(sqlite))
  try {
    database.run(`PRAGMA application_id=${caseApplicationId}; PRAGMA user_version=${caseVersion}`)
    for (const sql of caseObjects().values()) database.run(sql)
    const [result] = database.exec('SELECT name, rootpage FROM sqlite_master WHERE rootpage > 0')
    const roots = (result?.values ?? []).map(
      ([name, page]) => [String(name), Number(page)] as const,
    )
    return { bytes: database.export(), roots: new Map(roots) }
  } finally {
    database.close()
  }
}
