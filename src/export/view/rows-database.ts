import { loadSqlite } from '../sqlite/load-sqlite.ts'

export type Cell = string | number | null

/** A table of rows, and what is to be known of them. */
export interface RowsTable {
  readonly name: string
  readonly columns: readonly string[]
  readonly rows: Iterable<readonly Cell[]>
  /** Kept beside it, in the table `coverage`, as JSON. */
  readonly coverage: string
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

/**
 * The rows as a SQLite file of their own. For what a screen shows; a case file, with its seals and indices, is what
 * `e2etop export` writes. Made in memory: some 400 bytes a row.
 */
export async function rowsDatabase({ name, columns, rows, coverage }: RowsTable) {
  const sqlite = await loadSqlite()
  const database = new sqlite.Database()
  try {
    database.run('CREATE TABLE coverage (json TEXT NOT NULL)')
    database.run('INSERT INTO coverage VALUES (?)', [coverage])
    database.run(`BEGIN; CREATE TABLE ${quoted(name)} (${columns.map(quoted).join(', ')})`)
    const insert = database.prepare(
      `INSERT INTO ${quoted(name)} VALUES (${columns.map(() => '?').join(', ')})`,
    )
    for (const row of rows) insert.run([...row])
    insert.free()
    database.run('COMMIT')
    return database.export()
  } finally {
    database.close()
  }
}
