import type { HostTime } from '../../model/quantity.ts'
import { isoTime } from '../../model/vocabulary.ts'
import type { Measured } from '../../query/aggregate/bounds.ts'
import type { FinalAnswer } from '../../query/aggregate/finalise.ts'
import type { HostState, SilentHost } from '../../query/asking.ts'
import { formatFilter } from '../../query/filter/format-filter.ts'
import type { HostCoverage } from '../../query/partial-answer.ts'
import type { Measure, Question } from '../../query/question.ts'
import { shortfalls, type AskedHow, type Since } from '../../query/shortfalls.ts'
import { namedToldGap, toldGaps } from '../../query/told-gaps.ts'
import type { WhereaboutsTold } from '../../query/whereabouts.ts'
import { groupKeyName } from '../../query/words/group-words.ts'
import { measureName } from '../../query/words/measure-words.ts'

/** Version of this output; grows when a field changes its meaning or goes, not when one is added. */
const schema = 1

export const jsonLine = (value: object): string => `${JSON.stringify(value)}\n`

/** A line a group, then what the others hold together and the total. */
export function answerJson({ by, measures }: Question, answer: FinalAnswer): string {
  const groups = answer.rows.map(({ key, bin, values, certified }) => ({
    type: 'group',
    ...(bin !== undefined && { start: isoTime(bin) }),
    ...Object.fromEntries(by.map((one, i) => [groupKeyName(one), key[i] ?? null])),
    ...namedMeasures(measures, values),
    certified,
  }))
  return (by.length > 0 ? groups : []).map(jsonLine).join('') + belowJson(measures, answer)
}

/** What the groups without a line have together, and what all have. */
export function belowJson(
  measures: readonly Measure[],
  { rest, total }: Pick<FinalAnswer, 'rest' | 'total'>,
): string {
  const lines = [
    ...(rest
      ? [{ type: 'rest', groups: rest.groups, ...namedMeasures(measures, rest.values) }]
      : []),
    { type: 'total', ...namedMeasures(measures, total) },
  ]
  return lines.map(jsonLine).join('')
}

/** Numbers under their names; of one that is not exact also between what the truth lies. */
export function namedMeasures(measures: readonly Measure[], values: readonly Measured[]): object {
  const named = measures.map((measure, i) => [measureName(measure), values[i]!] as const)
  const loose = named.filter(([, { value, low, high }]) => low !== value || high !== value)
  return {
    ...Object.fromEntries(named.map(([name, { value }]) => [name, value])),
    ...(loose.length > 0 && {
      bounds: Object.fromEntries(loose.map(([name, { low, high }]) => [name, [low, high]])),
    }),
  }
}

export interface AnsweredStatus {
  readonly asked: Pick<Question, 'where' | 'range' | 'booking'>
  readonly since: Since
  readonly at: HostTime
  readonly coverage: readonly HostCoverage[]
  readonly silent: readonly SilentHost[]
  /** In what countries and AS were looked up here, beside what hosts say. */
  readonly whereabouts?: WhereaboutsTold | undefined
}

/** What an answer rests on: a line for each host of a fleet, and the last one of all. */
export const statusLines = (status: AnsweredStatus, states: readonly HostState[]): string => {
  const short = new Set(
    status.coverage
      .filter((one) => shortfalls(one, status.at, askedHow(status)).length > 0)
      .map(({ host }) => host),
  )
  return states.map((state) => hostLine(state, short.has(state.host))).join('') + statusLine(status)
}

/** `partial`: it answered, and its answer may be short. */
export const hostLine = ({ host, state, why, version, clock }: HostState, isShort: boolean) =>
  jsonLine({
    type: 'host',
    host,
    state: state === 'answered' && isShort ? 'partial' : state,
    why,
    version: version ?? null,
    clock_offset_ms: clock ? Math.round(clock.offset) : null,
    clock_error_ms: clock ? Math.ceil(clock.error) : null,
  })

export const askedHow = ({ asked: { booking }, since }: AnsweredStatus): AskedHow => ({
  since,
  booking,
})

function statusLine(status: AnsweredStatus): string {
  const { asked, at, coverage, silent } = status
  return jsonLine({
    type: 'status',
    schema,
    asked_at: isoTime(at),
    from: isoTime(asked.range.from),
    to: isoTime(Math.min(asked.range.to, Math.max(at, asked.range.from))),
    where: asked.where ? formatFilter(asked.where) : null,
    booking: asked.booking,
    hosts: coverage.map((host) => namedCoverage(host, at, askedHow(status))),
    silent_hosts: silent,
    whereabouts: namedDatabase(status.whereabouts),
  })
}

const namedCoverage = (coverage: HostCoverage, at: HostTime, how: AskedHow) => ({
  host: coverage.host,
  covered_from: coverage.covered ? isoTime(coverage.covered.from) : null,
  covered_to: coverage.covered ? isoTime(coverage.covered.to) : null,
  source: coverage.capture?.source ?? null,
  sees: coverage.capture?.sees ?? [],
  blind: coverage.capture?.blind ?? [],
  lost: (coverage.capture?.lost ?? []).map((loss) => ({ ...loss, last: isoTime(loss.last) })),
  gaps: toldGaps(coverage.gaps).map(namedToldGap),
  rows_scanned: coverage.rowsScanned,
  bytes_read: coverage.bytesRead,
  stopped_at: coverage.stoppedAt ?? null,
  whereabouts: namedDatabase(coverage.whereabouts),
  short_because: shortfalls(coverage, at, how),
})

/** The database in which countries and AS were looked up; null where there is none, or nobody asked. */
const namedDatabase = (told: WhereaboutsTold | undefined) =>
  told?.kind === 'known' ? { name: told.name, date: told.date } : null
