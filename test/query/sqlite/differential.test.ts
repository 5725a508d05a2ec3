import fc from 'fast-check'
import initSqlJs from 'sql.js'
import { describe, expect, test } from 'vitest'
import type { FlowRecord } from '../../../src/model/flow.ts'
import type { Question } from '../../../src/query/question.ts'
import { QuestionRun } from '../../../src/query/run/question-run.ts'
import { blocksOf } from '../run/blocks-of.ts'
import { naiveAnswer } from '../run/naive-answer.ts'
import { flowsInOrder } from '../run/random-flows.ts'
import { plainAnswer, randomQuestion } from '../run/random-questions.ts'
import { corpus, entryText } from './corpus.ts'
import { fillTable } from './flow-table.ts'
import { sqlAnswer } from './sql-answer.ts'

const { Database } = await initSqlJs()

/** As a log would hold them, in blocks that end after so many rows. */
function ownAnswer(question: Question, flows: readonly FlowRecord[], ends: readonly number[] = []) {
  const run = new QuestionRun(question, 'here')
  for (const columns of blocksOf(flows, ends)) run.add({ columns, run: 1, rows: columns.rows })
  return plainAnswer(run.allGroups())
}

describe('questions', () => {
  test('are answered as SQLite does, whatever the filter, the groups and the measures', () => {
    const database = new Database()
    fc.assert(
      fc.property(
        randomQuestion,
        flowsInOrder,
        fc.array(fc.nat(), { maxLength: 3 }),
        (some, flows, ends) => {
          const question = { ...some, booking: 'at end' } as const
          fillTable(database, flows)
          const truth = sqlAnswer(database, question)
          // What is shrunk to belongs into test/corpus/questions.
          expect(ownAnswer(question, flows, ends), entryText(question, flows)).toEqual(truth)
        },
      ),
      { numRuns: 500 },
    )
    database.close()
  })

  test.each(corpus().map((entry) => [entry.name, entry] as const))(
    '%s of the corpus is answered right',
    (_, { question, flows }) => {
      const own = ownAnswer(question, flows, [1])
      expect(own).toEqual(naiveAnswer(question, flows))
      if (question.booking === 'spread') return
      const database = new Database()
      fillTable(database, flows)
      const truth = sqlAnswer(database, question)
      database.close()
      expect(own).toEqual(truth)
    },
  )
})
