import { expect, test } from 'vitest'
import { answerQuestion } from '../../src/host/answer-question.ts'
import type { HeardLive, QuestionSources } from '../../src/host/question-sources.ts'
import type { FlowLog } from '../../src/log/flow-log.ts'
import { logStats } from '../../src/log/log-stats.ts'
import { gapReason } from '../../src/model/gap.ts'
import { hostTime, millis } from '../../src/model/quantity.ts'
import { numberedFlows } from '../log/numbered-flows.ts'
import { at, epoch, maintainAll, openLog, options, scratchDirectory } from '../log/scratch-log.ts'
import { plenty } from '../query/run/random-questions.ts'
import { recordingOf, statusOf } from '../sim/status.ts'

const minute = 60_000
const now = hostTime(epoch + 10 * minute)

const heard = (log: FlowLog): HeardLive => {
  const { stream, since, rowsWritten, gaps, lastWritten } = log.stats()
  const writtenAt = lastWritten ?? hostTime(0)
  const recording = recordingOf({ since, run: stream, records: rowsWritten, gaps, writtenAt })
  return { bootId: 'b0', status: { ...statusOf(now), recording }, unlogged: [] }
}

async function coverageBy(path: string, live: HeardLive) {
  const sources: QuestionSources = {
    host: 'here',
    log: path,
    live,
    at: now,
    clock: () => millis(0),
  }
  const { coverage } = await answerQuestion(
    {
      range: { from: hostTime(epoch), to: now },
      by: [],
      measures: [{ kind: 'flows' }],
      booking: 'at end',
      groupsSent: 1,
      budget: plenty,
    },
    sources,
  )
  return coverage[0]!
}

test('what retention has deleted of a run that goes on is not covered', async () => {
  const path = scratchDirectory()
  const log = await openLog(path, at(0), { ...options.retention, bytes: 20_000 })
  const coveredFrom = async () => (await coverageBy(path, heard(log))).covered?.from
  const write = (i: number) =>
    log.append(numberedFlows(1_000 * i, 1_000, epoch + i * minute), [], at(i * minute))
  write(1)
  expect(await coveredFrom()).toBe(epoch)
  for (let i = 2; i <= 9; i++) {
    write(i)
    maintainAll(log, i * minute)
  }
  // Of a flow that was silent for long.
  log.append(numberedFlows(1, 1, epoch + minute), [], at(10 * minute))
  const { oldest } = logStats(path)
  expect(oldest).toBeGreaterThan(epoch + minute)
  expect(await coveredFrom()).toBe(oldest)
})

test('the time before a recorder that has not written yet is missing, and later not twice', async () => {
  const path = scratchDirectory()
  const first = await openLog(path, at(0))
  first.append(numberedFlows(1, 3, epoch), [], at(0))
  first.close(at(minute))
  const second = await openLog(path, at(5 * minute))
  const gapsTold = async (live: HeardLive) => (await coverageBy(path, live)).gaps
  const down = { from: epoch + minute, to: epoch + 5 * minute, reason: gapReason.recorderDown }
  const early = heard(second)
  expect(await gapsTold(early)).toMatchObject([down])
  second.append(numberedFlows(1, 3, epoch + 6 * minute), [], at(6 * minute))
  // Also where it was heard before it wrote.
  expect(await gapsTold(early)).toMatchObject([down])
  expect(await gapsTold(heard(second))).toMatchObject([down])
})
