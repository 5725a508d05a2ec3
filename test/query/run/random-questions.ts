import fc from 'fast-check'
import { hostTime, millis } from '../../../src/model/quantity.ts'
import type { MeasureState } from '../../../src/query/aggregate/measure-state.ts'
import type { PartialGroup } from '../../../src/query/partial-groups.ts'
import {
  counters,
  groupableFields,
  type GroupKey,
  type Measure,
  type Question,
} from '../../../src/query/question.ts'
import { filters } from '../filter/filter-arbitrary.ts'
import type { NaiveAnswer } from './naive-answer.ts'
import { begin } from './random-flows.ts'

export const groupKey: fc.Arbitrary<GroupKey> = fc.oneof(
  fc.constantFrom(...groupableFields).map((field): GroupKey => ({ kind: 'field', field })),
  fc.record({
    kind: fc.constant('network' as const),
    end: fc.constantFrom('local' as const, 'remote' as const),
    v4Bits: fc.nat(32),
    v6Bits: fc.nat(128),
  }),
  fc.constantFrom<GroupKey>({ kind: 'service' }, { kind: 'loopback' }, { kind: 'hour' }),
)

const sized = fc.constantFrom(...counters, 'rtt_us' as const, 'duration_ms' as const)
export const measure: fc.Arbitrary<Measure> = fc.oneof(
  fc.constant<Measure>({ kind: 'flows' }),
  fc.record({
    kind: fc.constantFrom('sum' as const, 'rate' as const),
    of: fc.constantFrom(...counters),
  }),
  fc.record({ kind: fc.constantFrom('min' as const, 'max' as const, 'avg' as const), of: sized }),
  fc.record({ kind: fc.constant('distinct' as const), of: fc.constantFrom(...groupableFields) }),
  fc.record({
    kind: fc.constant('quantile' as const),
    of: fc.constantFrom('rtt_us' as const, 'duration_ms' as const),
    at: fc.constant(0.5),
  }),
)

export const plenty = { rows: 1e9, bytes: 1e12, groups: 1e6, time: millis(1e9), memory: 1e12 }

export const randomQuestion: fc.Arbitrary<Question> = fc
  .record({
    where: fc.option(filters, { nil: undefined }),
    from: fc.nat(600_000),
    lasts: fc.nat(1_500_000),
    by: fc.array(groupKey, { maxLength: 3 }),
    bin: fc.option(fc.constantFrom(60_000, 300_000, 7_000_000), { nil: undefined }),
    measures: fc.array(measure, { minLength: 1, maxLength: 4 }),
    booking: fc.constantFrom('at end' as const, 'spread' as const),
  })
  .map(({ where, from, lasts, bin, ...rest }) => ({
    ...rest,
    ...(where ? { where } : {}),
    ...(bin === undefined ? {} : { bin: millis(bin) }),
    range: { from: hostTime(begin + from), to: hostTime(begin + from + lasts) },
    groupsSent: 1_000_000,
    budget: plenty,
  }))

/** An answer in the oracle's words. */
export const plainAnswer = (groups: Iterable<PartialGroup>): NaiveAnswer =>
  Object.fromEntries(
    Array.from(groups, ({ key: values, bin, states }) => [
      JSON.stringify([bin ?? null, ...values]),
      states.map(plainState),
    ]),
  )

function plainState(state: MeasureState): unknown {
  switch (state.kind) {
    case 'total':
    case 'least':
    case 'most':
      return state.value
    case 'mean':
      return [state.sum, state.count]
    case 'distinct':
      return state.values.count().count
    case 'quantile':
      return state.values.count()
  }
}
