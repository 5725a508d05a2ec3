import type { Database, SqlValue } from 'sql.js'
import { ExportError } from '../export-error.ts'
import type { Alteration } from './alteration.ts'
import { caseObjects, type ReadCase } from './read-case.ts'
import { rows } from '../sqlite/rows.ts'
import { sealsOf } from './seals.ts'
import { verifyFlows } from './verify-flows.ts'
import { verifyNames } from './verify-names.ts'
import { verifyRoom } from './verify-room.ts'

/**
 * Everything that was altered since the case was sealed: rows and values of every table, missing and added ones, views
 * that show something else, indices that hide rows. None: the case is whole. Findings of a table are told once more at
 * the host or row where it can be. Gives, last, the seal `case` that the rows come to, for which a signature may stand;
 * undefined where they cannot be read.
 */
export function* verifyCase(
  file: ReadCase,
  progress: Progress = () => {},
): Generator<Alteration, string | undefined> {
  const { database } = file
  const parts = [
    verifyObjects(database),
    verifyNames(database),
    verifyFlows(file),
    verifyRoom(file),
    verifyPages(database),
  ]
  for (const [done, part] of parts.entries()) {
    progress(partsBefore[done]!, partsInAll)
    yield* told(part)
  }
  progress(partsBefore.at(-1)!, partsInAll)
  return yield* told(verifySeals(database))
}

/** Called with how much of the work is done, and how much it is. */
export type Progress = (done: number, of: number) => void

/** Of the work, in hundreds of ms of a case of a million records: before each part, and in all. */
const partsBefore = [0, 0, 2, 9, 16, 38]
const partsInAll = 41

/** What SQLite cannot read (a table that is gone, a page that is none) is a finding too. */
function* told<T>(part: Generator<Alteration, T>): Generator<Alteration, T | undefined> {
  try {
    return yield* part
  } catch (cause) {
    if (!(cause instanceof ExportError)) throw cause
    yield { where: 'the SQLite file', what: `cannot be read: ${cause.message}` }
    return undefined
  }
}

/** A view or trigger of another's making could show what is not in the tables. */
function* verifyObjects(database: Database): Generator<Alteration> {
  const expected = new Map(caseObjects())
  const sql = 'SELECT name, type, tbl_name, sql FROM sqlite_master ORDER BY name'
  for (const [name, type, table, text] of rows(database, sql)) {
    const where = `table, view or index ${String(name)}`
    const wanted = expected.get(String(name))
    expected.delete(String(name))
    if (wanted === undefined) yield { where, what: 'was added' }
    else if (wanted !== text || !isOf(wanted, type, table))
      yield { where, what: 'is defined otherwise' }
  }
  for (const name of expected.keys())
    yield { where: `table, view or index ${name}`, what: 'is missing' }
}

/** Whether the schema has an object under the kind and the table that its SQL says. */
function isOf(sql: string, type: SqlValue | undefined, table: SqlValue | undefined): boolean {
  const [, kind, name, on] = /^CREATE (?:UNIQUE )?(TABLE|VIEW|INDEX) (\w+)(?: ON (\w+))?/.exec(sql)!
  return type === kind?.toLowerCase() && table === (on ?? name)
}

/** Pages that are no tree, and indices that do not agree with their tables. */
function* verifyPages(database: Database): Generator<Alteration> {
  for (const [line] of rows(database, 'PRAGMA integrity_check'))
    if (line !== 'ok') yield { where: 'the SQLite file', what: String(line) }
}

function* verifySeals(database: Database): Generator<Alteration, string> {
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
  return found.get('case')!
}
