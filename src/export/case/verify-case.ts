import type { Database } from 'sql.js'
import type { Alteration } from './alteration.ts'
import { caseObjects } from './read-case.ts'
import { rows, sealsOf } from './seals.ts'
import { verifyFlows } from './verify-flows.ts'
import { verifyNames } from './verify-names.ts'

/**
 * Everything that was altered since the case was sealed: rows and values of every table, missing and added ones, views
 * that show something else, indices that hide rows. None: the case is whole, by its seal `case`, for which a signature
 * may stand. Findings of a table are told once more at the host or row where it can be.
 */
export function* verifyCase(database: Database): Generator<Alteration> {
  yield* verifyObjects(database)
  yield* verifyPages(database)
  yield* verifyNames(database)
  yield* verifyFlows(database)
  yield* verifySeals(database)
}

/** A view or trigger of another's making could show what is not in the tables. */
function* verifyObjects(database: Database): Generator<Alteration> {
  const expected = new Map(caseObjects())
  const sql = 'SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name'
  for (const [name, text] of rows(database, sql)) {
    const where = `table, view or index ${String(name)}`
    const wanted = expected.get(String(name))
    expected.delete(String(name))
    if (wanted === undefined) yield { where, what: 'was added' }
    else if (wanted !== text) yield { where, what: 'is defined otherwise' }
  }
  for (const name of expected.keys())
    yield { where: `table, view or index ${name}`, what: 'is missing' }
}

/** Pages that are no tree, and indices that do not agree with their tables. */
function* verifyPages(database: Database): Generator<Alteration> {
  for (const [line] of rows(database, 'PRAGMA integrity_check'))
    if (line !== 'ok') yield { where: 'the SQLite file', what: String(line) }
}

function* verifySeals(database: Database): Generator<Alteration> {
  const found = sealsOf(database)
  const stored = new Map<string, string>()
  for (const [subject, sha256] of rows(database, 'SELECT subject, sha256 FROM seal'))
    stored.set(String(subject), String(sha256))
  for (const [subject, sha256] of found) {
    if (subject === 'case') continue
    const seal = stored.get(subject)
    if (seal === undefined) yield { where: subject, what: 'was added: it has no seal' }
    else if (seal !== sha256) yield { where: subject, what: 'does not match its seal' }
  }
  for (const subject of stored.keys())
    if (!found.has(subject)) yield { where: subject, what: 'is missing: only its seal is here' }
  if (stored.get('case') !== found.get('case'))
    yield { where: 'the case', what: 'does not match its seal' }
}
