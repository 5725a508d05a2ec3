import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesInMemory } from '../../../src/model/column-block.ts'
import { encodeFlows } from '../../../src/model/flow-block.ts'
import { openFlows, type FlowColumns } from '../../../src/model/flow-columns.ts'
import type { FlowRecord } from '../../../src/model/flow.ts'
import { flowPredicate } from '../../../src/query/filter/flow-predicate.ts'
import { columnFilter } from '../../../src/query/run/column-filter.ts'
import { QuestionRun } from '../../../src/query/run/question-run.ts'
import { allRows } from '../../../src/query/run/selection.ts'
import { filters, flows } from '../filter/filter-arbitrary.ts'
import { naiveAnswer } from './naive-answer.ts'
import { flowsInOrder } from './random-flows.ts'
import { plainAnswer, randomQuestion } from './random-questions.ts'

function columnsOf(records: readonly FlowRecord[], form: 'live' | 'stored'): FlowColumns {
  const opened = openFlows(bytesInMemory(encodeFlows(records, form)))
  if (!opened.ok) throw new Error(opened.damage)
  return opened.columns
}

/** The records in blocks that end after these many rows. */
function blocksOf(records: readonly FlowRecord[], ends: readonly number[]): FlowColumns[] {
  const edges = [0, ...ends.map((end) => end % (records.length + 1)), records.length].toSorted(
    (a, b) => a - b,
  )
  return edges
    .slice(1)
    .map((to, i) => columnsOf(records.slice(edges[i], to), i % 2 === 0 ? 'stored' : 'live'))
}

test('whatever the filter, columns match the rows that records do', () => {
  fc.assert(
    fc.property(filters, fc.array(flows, { maxLength: 30 }), (filter, records) => {
      const columns = columnsOf(records, 'live')
      const found = columnFilter(filter).matching(columns, allRows(columns.rows))
      const matches = flowPredicate(filter)
      expect([...found]).toEqual(records.flatMap((flow, i) => (matches(flow) ? [i] : [])))
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
        const run = new QuestionRun(question, 'here')
        for (const columns of blocksOf(records, ends))
          run.add({ columns, run: 1, rows: columns.rows })
        expect(plainAnswer(run.partialGroups())).toEqual(naiveAnswer(question, records))
      },
    ),
    { numRuns: 400 },
  )
})
