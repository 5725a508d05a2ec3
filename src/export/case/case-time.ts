import type { Database } from 'sql.js'
import { hostTime } from '../../model/quantity.ts'
import type { TimeRange } from '../../query/question.ts'
import { rows } from '../sqlite/rows.ts'
import type { CaseContents, ContainedHost } from './case-contents.ts'

/** All of the time that a case tells of. @throws ExportError where the file cannot be read */
export function timeOfCase(database: Database, { hosts, meta }: CaseContents): TimeRange {
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

/** Of a range, what a host's part of a case covers. */
export function coveredOf(
  { fromMs, toMs }: ContainedHost,
  { from, to }: TimeRange,
): TimeRange | undefined {
  if (fromMs === undefined || toMs === undefined) return undefined
  const covered = { from: hostTime(Math.max(fromMs, from)), to: hostTime(Math.min(toMs, to)) }
  return covered.from < covered.to ? covered : undefined
}
