import type { Database, SqlValue } from 'sql.js'
import { ExportError } from '../export-error.ts'
import type { OpenCaseFile } from './case-file.ts'
import { writeSeals } from './seals.ts'
import { signCase } from './sign-case.ts'
import { insertInto } from './table-spec.ts'
import { tables } from './tables.ts'

/** What stands in `meta`: the question, who asked it, when, where and with what. */
export type CaseMeta = Readonly<Record<string, string>>

export interface FinishedCase {
  readonly seal: string
  readonly bytes: number
  /** A key that does not sign is no reason to lose the case. */
  readonly signing:
    { readonly kind: 'none' | 'signed' } | { readonly kind: 'failed'; readonly why: ExportError }
}

/** Writes what goes by SQL, seals, signs and publishes a case whose trees are finished. @throws ExportError */
export function finishCase(
  file: OpenCaseFile,
  rows: SqlRows,
  signKey: string | undefined,
): FinishedCase {
  const { seal, signing } = file.withSql((database) => {
    database.run('BEGIN')
    for (const entry of Object.entries(rows.meta)) insert(database, 'meta', entry)
    for (const host of rows.hosts) insert(database, 'host', host)
    const sealed = writeSeals(database).get('case')!
    const signed = sign(database, sealed, signKey)
    database.run('COMMIT')
    return { seal: sealed, signing: signed }
  })
  return { seal, bytes: file.publish(), signing }
}

/** Rows of the small tables. */
export interface SqlRows {
  readonly meta: CaseMeta
  readonly hosts: readonly SqlValue[][]
}

const insert = (database: Database, table: 'meta' | 'host' | 'signature', values: SqlValue[]) =>
  void database.run(insertInto(table, tables[table]), values)

function sign(database: Database, seal: string, key: string | undefined): FinishedCase['signing'] {
  if (key === undefined) return { kind: 'none' }
  try {
    insert(database, 'signature', [1, signCase(seal, key)])
    return { kind: 'signed' }
  } catch (why) {
    if (!(why instanceof ExportError)) throw why
    return { kind: 'failed', why }
  }
}
