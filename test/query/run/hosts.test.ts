import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PartialMerging } from '../../../src/query/aggregate/merge-partials.ts'
import { ColumnMemory } from '../../../src/query/encoding/answer-columns.ts'
import { decodePartial, encodePartial } from '../../../src/query/encoding/partial-bytes.ts'
import { QuestionRun } from '../../../src/query/run/question-run.ts'
import { coverageOf } from '../aggregate/host-rows.ts'
import { blocksOf } from './blocks-of.ts'
import { naiveAnswer } from './naive-answer.ts'
import { flowsInOrder } from './random-flows.ts'
import { plainAnswer, randomQuestion } from './random-questions.ts'

test('however flows lie on hosts and in blocks, the answers as they travel merge to that of all flows', () => {
  fc.assert(
    fc.property(
      randomQuestion,
      flowsInOrder,
      fc.array(fc.nat(), { maxLength: 3 }),
      fc.integer({ min: 1, max: 4 }),
      (some, records, ends, hosts) => {
        const question = { ...some, groupsSent: 100_000 }
        const [merging, memory] = [new PartialMerging(question), new ColumnMemory()]
        for (let host = 0; host < hosts; host++) {
          // A flow is on one host with all its records.
          const own = records.filter(({ id }) => id % hosts === host)
          const run = new QuestionRun(question, 'here')
          for (const columns of blocksOf(own, ends))
            run.add({ columns, run: 1, rows: columns.rows })
          const sent = encodePartial(question, run.answer([coverageOf(`host${host}`)]))
          const heard = decodePartial(question, sent, memory)
          if (!heard.ok) throw new Error(heard.why)
          merging.add(heard.partial)
        }
        const merged = merging.merged()
        expect(plainAnswer(merged.groups)).toEqual(naiveAnswer(question, records))
        expect(merged.rest.groups).toBe(0)
      },
    ),
    { numRuns: 150 },
  )
})
