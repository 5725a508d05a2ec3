import fc from 'fast-check'
import { hostTime, millis } from '../../../src/model/quantity.ts'
import { Distinct } from '../../../src/query/aggregate/distinct.ts'
import { hashText } from '../../../src/query/aggregate/key-hash.ts'
import { LogHistogram } from '../../../src/query/aggregate/log-histogram.ts'
import type { MeasureState } from '../../../src/query/aggregate/measure-state.ts'
import { emptyState } from '../../../src/query/aggregate/merge-states.ts'
import { sentPart } from '../../../src/query/aggregate/sent-part.ts'
import type { GroupName, GroupValue } from '../../../src/query/group-name.ts'
import type { HostCoverage, PartialAnswer } from '../../../src/query/partial-answer.ts'
import { PartialGroups } from '../../../src/query/partial-groups.ts'
import type { Measure, Question } from '../../../src/query/question.ts'
import { wholeCapture } from '../../sim/status.ts'
import { nameId } from './name-id.ts'

/** A flow as far as these tests measure it. */
export interface Row {
  readonly process: string | null
  readonly port: number
  readonly at: number
  readonly bytes: number
  /** 0: not known. */
  readonly rtt: number
  readonly remote: string
}

const hour = 3_600_000
export const binSize = millis(hour / 4)

/** Skewed as traffic is, so that few groups are large and many tie. */
const zipf = (count: number) => fc.nat(count ** 2).map((n) => Math.floor(Math.sqrt(n)))

export const row: fc.Arbitrary<Row> = fc.record({
  process: fc.oneof(
    zipf(12).map((n) => `p${n}`),
    fc.constantFrom(null, '', 'ü', 'a"b', '7'),
  ),
  port: zipf(4).map((n) => 80 + n),
  at: fc.nat(hour - 1),
  bytes: fc.oneof(fc.nat(10), fc.nat(1e9)),
  rtt: fc.oneof(fc.constant(0), fc.nat(1e6)),
  remote: zipf(40).map((n) => `192.0.2.${n}`),
})

const measure = fc.oneof(
  fc.constantFrom<Measure>(
    { kind: 'flows' },
    { kind: 'sum', of: 'bytes' },
    { kind: 'rate', of: 'bytes' },
    { kind: 'min', of: 'rtt_us' },
    { kind: 'max', of: 'bytes' },
    { kind: 'avg', of: 'rtt_us' },
    { kind: 'distinct', of: 'remote_ip' },
  ),
  fc.constantFrom(0, 0.5, 0.99).map((at): Measure => ({ kind: 'quantile', of: 'rtt_us', at })),
)

export const questionOf = (change: Partial<Question> = {}): Question => ({
  range: { from: hostTime(0), to: hostTime(hour) },
  by: [
    { kind: 'field', field: 'process' },
    { kind: 'field', field: 'remote_port' },
  ],
  measures: [{ kind: 'sum', of: 'bytes' }],
  booking: 'at end',
  groupsSent: 1000,
  budget: { rows: 1e9, bytes: 1e12, groups: 1e6, time: millis(60_000), memory: 1e12 },
  ...change,
})

export const question: fc.Arbitrary<Question> = fc
  .record({
    by: fc.subarray(questionOf().by.slice()),
    measures: fc.array(measure, { minLength: 1, maxLength: 4 }),
    groupsSent: fc.nat(8),
    bin: fc.option(fc.constant(binSize), { nil: undefined }),
  })
  .map(({ bin, ...rest }) => questionOf({ ...rest, ...(bin !== undefined && { bin }) }))

const fieldOf: Record<string, (row: Row) => GroupValue> = {
  process: ({ process }) => process,
  remote_port: ({ port }) => port,
}

/** The group that a row belongs to. */
export const nameOf = ({ by, bin }: Question, one: Row): GroupName => ({
  key: by.map((key) => (key.kind === 'field' ? fieldOf[key.field]!(one) : null)),
  ...(bin !== undefined && { bin: hostTime(Math.floor(one.at / bin) * bin) }),
})

/** The numbers of a row that a measure is about: none of an rtt that is not known. */
export const numbersOf = (measured: Measure, rows: readonly Row[]): readonly number[] =>
  'of' in measured && measured.of === 'rtt_us'
    ? rows.map(({ rtt }) => rtt).filter((rtt) => rtt > 0)
    : rows.map(({ bytes }) => bytes)

export function stateOf(measured: Measure, rows: readonly Row[]): MeasureState {
  const numbers = numbersOf(measured, rows)
  const sum = numbers.reduce((all, one) => all + one, 0)
  const state = emptyState(measured)
  switch (state.kind) {
    case 'total':
      return { ...state, value: measured.kind === 'flows' ? rows.length : sum }
    case 'least':
      return { ...state, value: numbers.length > 0 ? Math.min(...numbers) : undefined }
    case 'most':
      return { ...state, value: numbers.length > 0 ? Math.max(...numbers) : undefined }
    case 'mean':
      return { ...state, sum, count: numbers.length }
    case 'distinct':
      return { ...state, values: Distinct.of(rows.map(({ remote }) => hashText(remote))) }
    case 'quantile': {
      const values = new LogHistogram()
      for (const one of numbers) values.add(one)
      return { ...state, values }
    }
  }
}

export const coverageOf = (host: string, change: Partial<HostCoverage> = {}): HostCoverage => ({
  host,
  asked: questionOf().range,
  covered: questionOf().range,
  gaps: [],
  capture: wholeCapture,
  rowsScanned: 10,
  bytesRead: 1000,
  stoppedAt: undefined,
  ...change,
})

export function groupedBy<T>(
  rows: readonly T[],
  id: (one: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const one of rows) groups.set(id(one), [...(groups.get(id(one)) ?? []), one])
  return groups
}

/** What a host of these rows says. */
export function answerOf(asked: Question, host: string, rows: readonly Row[]): PartialAnswer {
  const groups = groupedBy(rows, (one) => nameId(nameOf(asked, one)))
  return sentPart(asked, {
    groups: PartialGroups.of(
      asked.measures,
      [...groups.values()].map((some) => ({
        ...nameOf(asked, some[0]!),
        states: asked.measures.map((measured) => stateOf(measured, some)),
        unsent: undefined,
      })),
    ),
    rest: { groups: 0, states: asked.measures.map(emptyState), residual: undefined },
    coverage: [coverageOf(host)],
  })
}
