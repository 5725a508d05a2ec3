import { expect, test } from 'vitest'
import { answerQuestion } from '../../src/host/answer-question.ts'
import { openFlowLog } from '../../src/log/flow-log.ts'
import type { FlowRecord } from '../../src/model/flow.ts'
import { limits } from '../../src/model/limits.ts'
import { hostTime, millis } from '../../src/model/quantity.ts'
import { storedTimes } from '../../src/model/stored-times.ts'
import { flowPredicate } from '../../src/query/filter/flow-predicate.ts'
import { parseFilter } from '../../src/query/filter/parse-filter.ts'
import type { GroupKey } from '../../src/query/question.ts'
import { plenty } from '../query/run/random-questions.ts'
import { at, epoch, maintainAll, options, scratchDirectory } from '../log/scratch-log.ts'
import { BusyHost } from '../log/busy-host.ts'

const rows = limits.workspaceFromRows + 50_000
const appended = 5_000
const rowsPerSecond = 100

/** Sealed, and every other flow first: the blocks of the second half reach over those of the first. */
function writeLog(path: string): readonly FlowRecord[] {
  const flows = new BusyHost(7, epoch, rowsPerSecond).rows(rows)
  const log = openFlowLog(path, options, at(0))
  const written = [0, 1].flatMap((odd) => flows.filter((_, i) => i % 2 === odd))
  let ms = (rows / rowsPerSecond) * 1000
  for (let from = 0; from < rows; from += appended)
    log.append(written.slice(from, from + appended), [], at((ms += 1000)))
  maintainAll(log, (ms += 86_400_000))
  log.close(at(ms))
  return flows
}

const byProcess: GroupKey = { kind: 'field', field: 'process' }
const whereOf = (text: string) => {
  const parsed = parseFilter(text)
  if (!parsed.ok) throw new Error(text)
  return parsed.filter
}

test('of a large log the answer is what its records sum to, also where blocks reach over each other', async () => {
  const path = scratchDirectory()
  const flows = writeLog(path)
  const where = whereOf('port 443 and not user root')
  const range = { from: hostTime(epoch + 100_000), to: hostTime(epoch + 900_000) }
  const partial = await answerQuestion(
    {
      where,
      range,
      by: [byProcess],
      measures: [{ kind: 'sum', of: 'bytes' }],
      booking: 'at end',
      groupsSent: 1_000_000,
      budget: plenty,
    },
    { host: 'here', log: path, live: 'none', at: range.to, clock: () => millis(0) },
  )
  const truth = new Map<string, number>()
  const matches = flowPredicate(where)
  for (const flow of flows) {
    const end = storedTimes.end(flow)
    if (!matches(flow) || end < range.from || end >= range.to) continue
    const owner = flow.actor ?? flow.owner
    const name = owner.kind === 'process' ? owner.process : owner.kind
    truth.set(name, (truth.get(name) ?? 0) + flow.txBytes + flow.rxBytes)
  }
  const found = Array.from(partial.groups, ({ key, states: [state] }) => [
    key[0],
    state?.kind === 'total' ? state.value : NaN,
  ])
  expect(partial.coverage[0]!.rowsScanned).toBeGreaterThan(limits.workspaceFromRows)
  expect(new Map(found as [string, number][])).toEqual(truth)
})
