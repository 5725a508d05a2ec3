import type { Database } from 'sql.js'
import { ExportError } from '../export-error.ts'
import type { OpenCaseFile } from './case-file.ts'
import { writeSeals } from './seals.ts'
import { signCase } from './sign-case.ts'
import { indices } from './tables.ts'
import { createView, views } from './views.ts'

/** What stands in `meta`: the question, who asked it, when, where and with what. */
export type CaseMeta = Readonly<Record<string, string>>

export interface FinishedCase {
  readonly seal: string
  readonly bytes: number
  /** A key that does not sign is no reason to lose the case. */
  readonly signing:
    { readonly kind: 'none' | 'signed' } | { readonly kind: 'failed'; readonly why: ExportError }
}

/** Indexes, seals, signs and publishes a case whose hosts have all ended. @throws ExportError */
export function finishCase(
  file: OpenCaseFile,
  meta: CaseMeta,
  signKey: string | undefined,
): FinishedCase {
  const { database } = file
  for (const [key, value] of Object.entries(meta))
    database.run('INSERT OR REPLACE INTO meta VALUES(?, ?)', [key, value])
  for (const sql of Object.values(indices)) database.run(sql)
  for (const name of Object.keys(views) as (keyof typeof views)[]) database.run(createView(name))
  const seal = writeSeals(database).get('case')!
  const signing = sign(database, seal, signKey)
  database.run('COMMIT')
  const bytes = file.publish()
  return { seal, bytes, signing }
}

function sign(database: Database, seal: string, key: string | undefined): FinishedCase['signing'] {
  if (key === undefined) return { kind: 'none' }
  try {
    database.run('INSERT INTO signature VALUES(1, ?)', [signCase(seal, key)])
    return { kind: 'signed' }
  } catch (why) {
    if (!(why instanceof ExportError)) throw why
    return { kind: 'failed', why }
  }
}
