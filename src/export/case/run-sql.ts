import type { Database, SqlValue } from 'sql.js'
import { sqliteSays } from '../sqlite/rows.ts'
import { tables } from './tables.ts'
import { views } from './views.ts'

/** `bigint` only where a number could not hold the integer. */
export type ExactValue = SqlValue | bigint

/** One result of one statement, row by row. */
export interface SqlResult {
  readonly columns: readonly string[]
  readonly rows: Iterable<readonly ExactValue[]>
}

const hint = '`.schema` shows the tables, `.views` the views.'

/**
 * Runs each statement of a text on a case that is open for reading. The rows of one must be taken before the next is run.
 * @throws ExportError with what SQLite says
 */
export function* runSql(database: Database, sql: string): Generator<SqlResult> {
  const statements = database.iterateStatements(shortcut(sql) ?? sql)
  for (;;) {
    const { value: statement, done } = sqliteSays(() => statements.next(), hint)
    if (done || !statement) return
    yield { columns: statement.getColumnNames(), rows: rowsOf(statement) }
  }
}

type Statement = ReturnType<Database['prepare']>

function* rowsOf(statement: Statement): Generator<readonly ExactValue[]> {
  while (sqliteSays(() => statement.step(), hint)) {
    const row = statement.get()
    // Made of text, a big integer takes several times as long: only where it is needed.
    yield row.some(mayBeRounded) ? exactly(statement) : row
  }
}

const mayBeRounded = (value: SqlValue) =>
  typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER

const exactly = (statement: Statement): ExactValue[] =>
  // Its types do not know of the option.
  (statement.get as (params: null, config: { useBigInt: boolean }) => ExactValue[]).call(
    statement,
    null,
    { useBigInt: true },
  )

/** The words of the sqlite3 shell that people try first, as statements. */
function shortcut(sql: string): string | undefined {
  switch (sql.trim()) {
    case '.schema':
      return 'SELECT sql FROM sqlite_master WHERE sql IS NOT NULL'
    case '.tables':
      return explainedNames(tables)
    case '.views':
      return explainedNames(views)
    default:
      return undefined
  }
}

function explainedNames(described: Readonly<Record<string, { readonly help: string }>>): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`
  const rows = Object.entries(described).map(
    ([name, { help }]) => `SELECT ${quoted(name)} AS name, ${quoted(help)} AS holds`,
  )
  return rows.join(' UNION ALL ')
}
