import type { Database, SqlValue } from 'sql.js'
import { hostTime } from '../../model/quantity.ts'
import { allRows } from '../../query/run/selection.ts'
import { rows } from '../sqlite/rows.ts'
import { caseColumns } from '../read/case-columns.ts'
import { FlowReader } from '../read/flow-reader.ts'
import { rowsByRun } from '../read/rows-by-run.ts'
import type { CaseHost } from './case-writer.ts'
import type { CaseMeta } from './finish-case.ts'
import type { ReadCase } from './read-case.ts'
import type { CasePiece } from './write-case.ts'

/**
 * What these hosts of a case gave to it, to be written into another. @throws ExportError where the file cannot be read
 */
export function* storedPieces(file: ReadCase, hosts: ReadonlySet<number>): Generator<CasePiece> {
  const { database } = file
  const names = new Map<number, string>()
  for (const [id, name] of rows(database, 'SELECT id, name FROM host ORDER BY id'))
    if (hosts.has(Number(id))) names.set(Number(id), String(name))
  yield* storedFlows(file, names)
  for (const [id, hostName] of names) yield* otherPieces(database, id, hostName)
}

/** Whole, as it was put in. */
export function storedMeta(database: Database): CaseMeta {
  const entries = [...rows(database, 'SELECT key, value FROM meta')]
  return Object.fromEntries(entries.map(([key, value]) => [String(key), String(value)]))
}

function* storedFlows(file: ReadCase, hosts: ReadonlyMap<number, string>): Generator<CasePiece> {
  const reader = new FlowReader(file)
  const { names } = reader
  for (let block = 0; block < reader.blocks; block++) {
    const table = reader.read(block)
    for (const [number, rows] of rowsByRun(table, allRows(table.rows))) {
      const run = names.runs[number - 1]!
      const hostName = hosts.get(run.host)
      if (hostName === undefined) continue
      const columns = caseColumns({ table, rows, names })
      yield { hostName, kind: 'flows', run, columns, rows: allRows(rows.length) }
    }
  }
}

function* otherPieces(database: Database, id: number, hostName: string): Generator<CasePiece> {
  const of = (columns: string, table: string) =>
    rows(database, `SELECT ${columns} FROM ${table} WHERE host = ${id} ORDER BY id`)
  for (const [file, bytes, sha256] of of('file, bytes, sha256', 'segment'))
    yield {
      hostName,
      kind: 'segment',
      file: String(file),
      bytes: Number(bytes),
      sha256: String(sha256),
    }
  const gaps = [...of('from_ms, to_ms, reason, count', 'gap')].map(([from, to, reason, count]) => ({
    from: hostTime(Number(from)),
    to: hostTime(Number(to)),
    reason: String(reason),
    count: Number(count),
  }))
  if (gaps.length > 0) yield { hostName, kind: 'gaps', gaps }
  const lost = [...of('reason, count, last_ms', 'lost')].map(([reason, count, last]) => ({
    reason: String(reason),
    count: Number(count),
    last: hostTime(Number(last)),
  }))
  const [host] = [...rows(database, `SELECT * FROM host WHERE id = ${id}`)]
  yield { hostName, kind: 'end', host: hostOf(host!), lost }
}

function hostOf(row: readonly SqlValue[]): CaseHost {
  const [, name, machineId, state, why, fromMs, toMs, clockOffsetMs, version, source, blind] = row
  const time = (value: SqlValue | undefined) => (typeof value === 'number' ? value : null)
  return {
    name: String(name),
    machineId: String(machineId),
    state: state as CaseHost['state'],
    why: String(why),
    fromMs: time(fromMs),
    toMs: time(toMs),
    clockOffsetMs: time(clockOffsetMs),
    version: String(version),
    source: String(source),
    blind: blind === '' ? [] : String(blind).split('\n'),
  }
}
