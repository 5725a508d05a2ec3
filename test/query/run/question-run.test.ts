import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainSpace } from '../../../src/model/kernels/room.ts'
import { openWorkspace, type Workspace } from '../../../src/model/kernels/workspace.ts'
import { hostTime, millis } from '../../../src/model/quantity.ts'
import { flowPredicate } from '../../../src/query/filter/flow-predicate.ts'
import { emptyPartial } from '../../../src/query/aggregate/merge-partials.ts'
import { sentPart } from '../../../src/query/aggregate/sent-part.ts'
import { columnFilter } from '../../../src/query/run/column-filter.ts'
import { QuestionRun } from '../../../src/query/run/question-run.ts'
import { recordOf } from '../../sim/record.ts'
import { filters, flows } from '../filter/filter-arbitrary.ts'
import { plainPartial } from '../aggregate/plain-partial.ts'
import { blocksIn, columnsOf } from './blocks-of.ts'
import { naiveAnswer } from './naive-answer.ts'
import { begin, flowsInOrder } from './random-flows.ts'
import { plainAnswer, plenty, randomQuestion } from './random-questions.ts'

let workspace: Workspace | undefined
let asked = 0
/** A new one every now and then: what is kept in it is never let go. */
function someWorkspace(): Workspace {
  if (asked++ % 100 === 0 || !workspace) workspace = openWorkspace()
  return workspace
}

test('whatever the filter, columns match the rows that records do', () => {
  fc.assert(
    fc.property(filters, fc.array(flows, { maxLength: 30 }), (filter, records) => {
      const matches = flowPredicate(filter)
      const truth = records.flatMap((flow, i) => (matches(flow) ? [i] : []))
      for (const space of [plainSpace, someWorkspace().nextSpace([])]) {
        const columns = columnsOf(records, 'live', space)
        const found = columnFilter(filter).matching(columns, space.allRows(columns.rows))
        expect([...found]).toEqual(truth)
      }
    }),
    { numRuns: 300 },
  )
})

test('whatever the question and however the rows lie in blocks, the answer is that of a naive oracle', () => {
  fc.assert(
    fc.property(
      randomQuestion,
      flowsInOrder,
      fc.array(fc.nat(), { maxLength: 4 }),
      (question, records, ends) => {
        const truth = naiveAnswer(question, records)
        for (const space of [() => plainSpace, () => someWorkspace().nextSpace([])]) {
          const run = new QuestionRun(question, 'here')
          for (const columns of blocksIn(space, records, ends))
            run.add({ columns, run: 1, rows: columns.rows })
          expect(plainAnswer(run.allGroups())).toEqual(truth)
        }
      },
    ),
    { numRuns: 400 },
  )
})

test('what is sent is that part of all groups that is asked for, and the rest in sum', () => {
  fc.assert(
    fc.property(randomQuestion, flowsInOrder, fc.nat(5), (some, records, groupsSent) => {
      const question = { ...some, groupsSent }
      const run = new QuestionRun(question, 'here')
      const columns = columnsOf(records, 'live')
      run.add({ columns, run: 1, rows: columns.rows })
      const whole = { ...emptyPartial(question), groups: run.allGroups() }
      expect(plainPartial(run.answer([]))).toEqual(plainPartial(sentPart(question, whole)))
    }),
    { numRuns: 200 },
  )
})

test('a record that is cut makes no group of the time at which it ends', () => {
  const minute = 60_000
  const record = recordOf({ start: hostTime(begin), end: hostTime(begin + 2 * minute) })
  const run = new QuestionRun(
    {
      by: [],
      bin: millis(minute),
      measures: [{ kind: 'flows' }],
      range: { from: hostTime(begin), to: hostTime(begin + 9 * minute) },
      booking: 'spread',
      groupsSent: 10,
      budget: plenty,
    },
    'here',
  )
  run.add({ columns: columnsOf([record], 'live'), run: 1, rows: 1 })
  expect(Array.from(run.allGroups(), ({ bin }) => bin)).toEqual([begin, begin + minute])
})

test('a record is cut where a bin or an hour begins, and nowhere else', () => {
  const minute = 60_000
  const hour = 60 * minute
  const midnight = hour * Math.ceil(begin / hour)
  const run = new QuestionRun(
    {
      by: [{ kind: 'hour' }],
      bin: millis(25 * minute),
      measures: [{ kind: 'min', of: 'duration_ms' }],
      range: { from: hostTime(midnight), to: hostTime(midnight + 2 * hour) },
      booking: 'spread',
      groupsSent: 10,
      budget: plenty,
    },
    'here',
  )
  const start = hostTime(midnight)
  const record = recordOf({ start, end: hostTime(midnight + 2 * hour) })
  run.add({ columns: columnsOf([record], 'live'), run: 1, rows: 1 })
  const edges = new Set([0, 60, 120])
  for (let at = 0; at < 120; at++) if ((midnight / minute + at) % 25 === 0) edges.add(at)
  const sorted = [...edges].toSorted((a, b) => a - b)
  const shortest = sorted.slice(1).map((to, i) => (to - sorted[i]!) * minute)
  const found = Array.from(run.allGroups(), ({ states: [state] }) =>
    state?.kind === 'least' ? state.value : NaN,
  )
  expect(found).toEqual(shortest)
})
