import fc from 'fast-check'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { answerQuestion } from '../../src/host/answer-question.ts'
import type { HeardLive, QuestionSources } from '../../src/host/question-sources.ts'
import { readRecords } from '../../src/host/read-records.ts'
import { openFlowLog, type FlowLog } from '../../src/log/flow-log.ts'
import { recordsAt } from '../../src/model/flow-block.ts'
import type { FlowRecord } from '../../src/model/flow.ts'
import { hostTime, millis } from '../../src/model/quantity.ts'
import { storedTimes } from '../../src/model/stored-times.ts'
import { flowPredicate } from '../../src/query/filter/flow-predicate.ts'
import type { RecordQuestion } from '../../src/query/asking.ts'
import type { Question } from '../../src/query/question.ts'
import { orderNames, orderSpec, type RecordOrder } from '../../src/query/words/order-words.ts'
import { at, maintainAll, options } from '../log/scratch-log.ts'
import { naiveAnswer } from '../query/run/naive-answer.ts'
import { flowsInOrder } from '../query/run/random-flows.ts'
import { plainAnswer, randomQuestion } from '../query/run/random-questions.ts'
import { recordingOf, statusOf } from '../sim/status.ts'

const now = hostTime(1_700_100_000_000)

const sourcesOf = (log: string, live: QuestionSources['live'] = 'none'): QuestionSources => ({
  host: 'here',
  log,
  live,
  at: now,
  clock: () => millis(0),
})

/** What the recorder would tell that has just written all but these. */
const heard = (log: FlowLog, unlogged: readonly FlowRecord[]): HeardLive => {
  const { stream, rowsWritten } = log.stats()
  const recording = recordingOf({ run: stream, records: rowsWritten })
  return { bootId: 'b0', status: { ...statusOf(now), recording }, unlogged }
}

/** What happens to the log between two pieces of the records. */
const steps = fc.array(
  fc.record({ rows: fc.nat(15), next: fc.constantFrom('goes on', 'is sealed', 'is heard') }),
  { maxLength: 6 },
)

/** Records as they stand in the log; those of the live part may have fractions of ms. */
const rankOf = (order: RecordOrder) => (record: FlowRecord) =>
  orderSpec(order).of({
    ...record,
    start: hostTime(storedTimes.start(record)),
    end: hostTime(storedTimes.end(record)),
  })

const wanted = fc.record({
  by: fc.constantFrom<RecordOrder>(...orderNames),
  most: fc.integer({ min: 1, max: 12 }),
})

const namesOf = (records: readonly FlowRecord[]) =>
  records.map((record) => `${record.id} ${storedTimes.end(record)} ${record.txBytes}`)

const isMeant =
  ({ where, range }: Question) =>
  (record: FlowRecord) =>
    storedTimes.end(record) >= range.from &&
    storedTimes.end(record) < range.to &&
    (!where || flowPredicate(where)(record))

async function allRecords(question: RecordQuestion, sources: QuestionSources) {
  const found: FlowRecord[] = []
  for await (const piece of readRecords(question, sources))
    if (piece.kind === 'records') found.push(...recordsAt(piece.columns, piece.rows))
  return found
}

test('however records lie in journals, segments and the live part, each is in the answer once', async () => {
  await fc.assert(
    fc.asyncProperty(
      randomQuestion,
      flowsInOrder,
      steps,
      wanted,
      async (question, records, plan, best) => {
        const path = mkdtempSync(join(tmpdir(), 'e2etop-answer-'))
        let ms = 0
        const log = openFlowLog(path, options, at(ms))
        let live: HeardLive | undefined
        let done = 0
        for (const { rows, next } of [...plan, { rows: Infinity, next: 'goes on' }]) {
          // One run of the recorder only, as all ids are of one: a journal is closed by being full, not by a restart.
          log.append(records.slice(done, done + rows), [], at((ms += 1000)))
          done = Math.min(records.length, done + rows)
          if (next === 'is heard') live ??= heard(log, records.slice(done))
          if (next === 'is sealed') maintainAll(log, (ms += 86_400_000))
        }
        log.close(at(ms))
        const sources = sourcesOf(path, live ?? 'none')
        const { groups } = await answerQuestion(question, sources)
        const read = await allRecords(question, sources)
        const found = await allRecords({ ...question, best }, sources)
        rmSync(path, { recursive: true })
        expect(plainAnswer(groups)).toEqual(naiveAnswer(question, records))
        const meant = records.filter(isMeant(question))
        expect(namesOf(read).toSorted()).toEqual(namesOf(meant).toSorted())
        const sizes = (of: readonly FlowRecord[]) =>
          of.map(rankOf(best.by)).toSorted((a, b) => b - a)
        expect(sizes(found)).toEqual(sizes(meant).slice(0, best.most))
        expect(new Set(namesOf(read))).toEqual(new Set([...namesOf(read), ...namesOf(found)]))
      },
    ),
    { numRuns: 60 },
  )
})
