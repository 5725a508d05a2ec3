import type { OpenCaseFile } from './case-file.ts'
import { writeSeals } from './seals.ts'
import { signCase } from './sign-case.ts'
import { indices } from './tables.ts'
import { createView, views } from './views.ts'

/** What stands in `meta`: the question, who asked it, when, where and with what. */
export type CaseMeta = Readonly<Record<string, string>>

/** Indexes, seals, signs and publishes a case whose hosts have all ended; gives its seal. @throws ExportError */
export function finishCase(
  file: OpenCaseFile,
  meta: CaseMeta,
  signKey: string | undefined,
): string {
  const { database } = file
  for (const [key, value] of Object.entries(meta))
    database.run('INSERT OR REPLACE INTO meta VALUES(?, ?)', [key, value])
  for (const sql of Object.values(indices)) database.run(sql)
  for (const name of Object.keys(views) as (keyof typeof views)[]) database.run(createView(name))
  const seal = writeSeals(database).get('case')!
  if (signKey !== undefined)
    database.run('INSERT INTO signature VALUES(1, ?)', [signCase(seal, signKey)])
  database.run('COMMIT')
  file.publish()
  return seal
}
