import type { Database } from 'sql.js'
import { hostTime } from '../../model/quantity.ts'
import type { RecordPiece, RecordQuestion } from '../../query/asking.ts'
import type { TimeRange } from '../../query/question.ts'
import { allRows } from '../../query/run/selection.ts'
import { rows } from '../sqlite/rows.ts'
import { caseContents, type ContainedHost } from './case-contents.ts'
import { storedFlows } from './stored-pieces.ts'

/**
 * Records of a case as hosts give them: those that ended in the range, at most as many as its budget has rows, the
 * earliest of them. Hosts of which the case does not know the time have no coverage. @throws ExportError where the file cannot be read, or was altered
 */
export function* caseRecords(
  database: Database,
  { range, budget }: RecordQuestion,
): Generator<RecordPiece> {
  const { hosts } = caseContents(database)
  const names = new Map(hosts.map(({ id, name }) => [id, name]))
  const stop = endOfBudget(database, range, budget.rows)
  const read = { from: range.from, to: stop ?? range.to }
  for (const { hostName, run, columns } of storedFlows(database, names, read)) {
    const by = { hostId: undefined, ...run }
    yield { kind: 'records', host: hostName, by, columns, rows: allRows(columns.rows) }
  }
  for (const host of hosts) {
    if (host.fromMs === undefined) continue
    yield {
      kind: 'end',
      files: [],
      coverage: {
        host: host.name,
        asked: range,
        covered: coveredOf(host, read),
        // The reasons why a host is not whole have all of them in words.
        gaps: [],
        capture: undefined,
        rowsScanned: 0,
        bytesRead: 0,
        stoppedAt: stop === undefined ? undefined : 'rows',
      },
    }
  }
}

/** All of the time that a case tells of. @throws ExportError where the file cannot be read */
export function timeOfCase(database: Database): TimeRange {
  const { hosts, meta } = caseContents(database)
  const [ends] = [
    ...rows(database, 'SELECT (SELECT min(end_ms) FROM flow), (SELECT max(end_ms) FROM flow)'),
  ]
  const [first, last] = [ends?.[0] ?? undefined, ends?.[1] ?? undefined].map(numberOf)
  const from = best(Math.min, [first, ...hosts.map(({ fromMs }) => fromMs)])
  const to = best(Math.max, [last && last + 1, ...hosts.map(({ toMs }) => toMs)])
  const asked = (key: string) => Date.parse(meta.get(key) ?? '') || 0
  const begin = from ?? asked('since')
  return { from: hostTime(begin), to: hostTime(Math.max(begin + 1, to ?? asked('until'))) }
}

const numberOf = (value: unknown) => (typeof value === 'number' ? value : undefined)

function best(
  of: (...times: readonly number[]) => number,
  times: readonly (number | undefined)[],
): number | undefined {
  const known = times.filter((time) => time !== undefined)
  return known.length > 0 ? of(...known) : undefined
}

/** The end of the first record that is one too many; undefined where the budget lasts. */
function endOfBudget(database: Database, { from, to }: TimeRange, most: number) {
  const sql = `SELECT end_ms FROM flow WHERE end_ms >= ${from} AND end_ms < ${to} ORDER BY end_ms LIMIT 1 OFFSET ${most}`
  for (const [end] of rows(database, sql)) return hostTime(Number(end))
  return undefined
}

function coveredOf({ fromMs, toMs }: ContainedHost, { from, to }: TimeRange) {
  if (fromMs === undefined || toMs === undefined) return undefined
  const covered = { from: hostTime(Math.max(fromMs, from)), to: hostTime(Math.min(toMs, to)) }
  return covered.from < covered.to ? covered : undefined
}
