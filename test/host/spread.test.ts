import fc from 'fast-check'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { answerQuestion } from '../../src/host/answer-question.ts'
import { openFlowLog } from '../../src/log/flow-log.ts'
import type { FlowRecord } from '../../src/model/flow.ts'
import { hostTime, millis } from '../../src/model/quantity.ts'
import type { Question } from '../../src/query/question.ts'
import { at, epoch, maintainAll, options, scratchDirectory } from '../log/scratch-log.ts'
import { naiveAnswer } from '../query/run/naive-answer.ts'
import { plainAnswer, plenty } from '../query/run/random-questions.ts'
import { recordOf } from '../sim/record.ts'

const asked = (from: number, to: number): Question => ({
  range: { from: hostTime(epoch + from), to: hostTime(epoch + to) },
  by: [{ kind: 'field', field: 'remote_port' }],
  measures: [{ kind: 'sum', of: 'tx_bytes' }],
  booking: 'spread',
  groupsSent: 1_000_000,
  budget: plenty,
})

const answered = (log: string, question: Question) =>
  answerQuestion(question, {
    host: 'here',
    log,
    live: 'none',
    at: question.range.to,
    clock: () => millis(0),
  })

/** Appends of so many records each, every third sealed. */
function writeLog(path: string, records: readonly FlowRecord[], rows: number): void {
  const log = openFlowLog(path, options, at(0))
  let ms = 0
  for (let done = 0; done < records.length; done += rows) {
    log.append(records.slice(done, done + rows), [], at((ms += 1_000)))
    if ((done / rows) % 3 === 2) maintainAll(log, (ms += 86_400_000))
  }
  log.close(at(ms))
}

const lasting = (start: number, ms: number, port = 1): FlowRecord =>
  recordOf({
    start: hostTime(epoch + start),
    end: hostTime(epoch + start + ms),
    remotePort: port,
    txBytes: 1_000,
  })

describe('records that are spread over their time', () => {
  test('are counted wherever they reach into the range, however late they ended', async () => {
    const flow = fc.tuple(fc.nat(1_000), fc.nat(400), fc.nat(5))
    const range = fc.tuple(fc.nat(1_000), fc.nat(300))
    await fc.assert(
      fc.asyncProperty(
        fc.array(flow, { maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        range,
        async (some, rows, [from, ms]) => {
          const records = some
            .map(([start, length, port]) => lasting(start, length, port))
            .toSorted((a, b) => a.end - b.end)
          const path = mkdtempSync(join(tmpdir(), 'e2etop-spread-'))
          writeLog(path, records, rows)
          const question = asked(from, from + ms)
          const { groups } = await answered(path, question)
          rmSync(path, { recursive: true })
          expect(plainAnswer(groups)).toEqual(naiveAnswer(question, records))
        },
      ),
      { numRuns: 60 },
    )
  })

  test('are not read of blocks in which all began after the range', async () => {
    const path = scratchDirectory()
    const records = Array.from({ length: 60 }, (_, i) => lasting(1_000 * i, 5_000))
    writeLog(path, records, 10)
    const { coverage, groups } = await answered(path, asked(0, 2_500))
    expect(plainAnswer(groups)).toEqual(naiveAnswer(asked(0, 2_500), records))
    expect(coverage[0]!.rowsScanned).toBeLessThanOrEqual(30)
  })
})
