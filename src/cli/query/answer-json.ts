import type { HostTime } from '../../model/quantity.ts'
import { isoTime } from '../../model/vocabulary.ts'
import type { Measured } from '../../query/aggregate/bounds.ts'
import type { FinalAnswer } from '../../query/aggregate/finalise.ts'
import type { HostState, SilentHost } from '../../query/asking.ts'
import { formatFilter } from '../../query/filter/format-filter.ts'
import type { GroupValue } from '../../query/group-name.ts'
import type { HostCoverage } from '../../query/partial-answer.ts'
import type { GroupKeyValues } from '../../query/keys-of-groups.ts'
import type { GroupKey, Measure, Question } from '../../query/question.ts'
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
  const lines: string[] = []
  if (by.length > 0) {
    const { rows } = answer
    const keys = rows.columns.keys.mapped(keyFields(by))
    const numbers = measureFields(measures)
    for (let row = 0; row < rows.length; row++) {
      const fields = keys(row) + numbers(rows.valuesAt(row))
      lines.push(`{"type":"group"${fields},"certified":${rows.isCertified(row)}}\n`)
    }
  }
  return lines.join('') + belowJson(measures, answer)
}

/** What the groups without a line have together, and what all have. */
export function belowJson(
  measures: readonly Measure[],
  { rest, total }: Pick<FinalAnswer, 'rest' | 'total'>,
): string {
  const numbers = measureFields(measures)
  const others = rest && `{"type":"rest","groups":${rest.groups}${numbers(rest.values)}}\n`
  return `${others ?? ''}{"type":"total"${numbers(total)}}\n`
}

/** Fields of a line that is being written, each with a comma before it: to make objects first takes three times as long. */
const field = (name: string): ((value: GroupValue) => string) => {
  const begin = `,${JSON.stringify(name)}:`
  return (value) => begin + JSON.stringify(value)
}

/** The values of a key under their names. */
export function keyFields(by: readonly GroupKey[]): (key: GroupKeyValues) => string {
  const fields = by.map((one) => field(groupKeyName(one)))
  return (key) => fields.map((of, i) => of(key[i] ?? null)).join('')
}

/** Numbers under their names; of one that is not exact also between what the truth lies. */
export function measureFields(
  measures: readonly Measure[],
): (values: readonly Measured[]) => string {
  const names = measures.map(measureName)
  const fields = names.map(field)
  return (values) => {
    const text = fields.map((of, i) => of(values[i]!.value)).join('')
    if (!values.some(isLoose)) return text
    const loose = names.flatMap((name, i) => {
      const { low, high } = values[i]!
      return isLoose(values[i]!) ? [[name, [low, high]] as const] : []
    })
    return `${text},"bounds":${JSON.stringify(Object.fromEntries(loose))}`
  }
}

const isLoose = ({ value, low, high }: Measured) => low !== value || high !== value

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
