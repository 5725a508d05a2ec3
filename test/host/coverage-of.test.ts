import { expect, test } from 'vitest'
import { answerQuestion } from '../../src/host/answer-question.ts'
import type { HeardLive, QuestionSources } from '../../src/host/question-sources.ts'
import type { FlowLog } from '../../src/log/flow-log.ts'
import { gapReason } from '../../src/model/gap.ts'
import { hostTime, millis } from '../../src/model/quantity.ts'
import { numberedFlows } from '../log/numbered-flows.ts'
import { at, epoch, openLog, scratchDirectory } from '../log/scratch-log.ts'
import { plenty } from '../query/run/random-questions.ts'
import { recordingOf, statusOf } from '../sim/status.ts'

const minute = 60_000
const now = hostTime(epoch + 10 * minute)

const heard = (log: FlowLog): HeardLive => {
  const { stream, rowsWritten, gaps, lastWritten } = log.stats()
  const writtenAt = lastWritten ?? hostTime(0)
  const recording = recordingOf({ run: stream, records: rowsWritten, gaps, writtenAt })
  return { bootId: 'b0', status: { ...statusOf(now), recording }, unlogged: [] }
}

test('the time before a recorder that has not written yet is missing, and later not twice', async () => {
  const path = scratchDirectory()
  const first = await openLog(path, at(0))
  first.append(numberedFlows(1, 3, epoch), [], at(0))
  first.close(at(minute))
  const second = await openLog(path, at(5 * minute))
  const gapsTold = async (live: HeardLive) => {
    const sources: QuestionSources = {
      host: 'here',
      log: path,
      live,
      at: now,
      clock: () => millis(0),
    }
    const range = { from: hostTime(epoch), to: now }
    const { coverage } = await answerQuestion(
      {
        range,
        by: [],
        measures: [{ kind: 'flows' }],
        booking: 'at end',
        groupsSent: 1,
        budget: plenty,
      },
      sources,
    )
    return coverage[0]!.gaps
  }
  const down = { from: epoch + minute, to: epoch + 5 * minute, reason: gapReason.recorderDown }
  const early = heard(second)
  expect(await gapsTold(early)).toMatchObject([down])
  second.append(numberedFlows(1, 3, epoch + 6 * minute), [], at(6 * minute))
  // Also where it was heard before it wrote.
  expect(await gapsTold(early)).toMatchObject([down])
  expect(await gapsTold(heard(second))).toMatchObject([down])
})
