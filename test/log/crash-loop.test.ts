import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openFlowLog } from '../../src/log/flow-log.ts'
import type { LogTime } from '../../src/log/log-time.ts'
import { gapReason } from '../../src/model/gap.ts'
import { limits } from '../../src/model/limits.ts'
import { hostTime, millis } from '../../src/model/quantity.ts'
import { numberedFlows } from './numbered-flows.ts'
import { options, readAll, scratchDirectory } from './scratch-log.ts'

// By the wall clock, because that dates files.
const began = Date.now()
const after = (ms: number): LogTime => ({ wall: hostTime(began + ms), monotonic: millis(ms) })
const filesIn = (path: string) => readdirSync(path).filter((name) => name.endsWith('.e2j')).length

/** The run before was killed, so its lock is free. */
const start = (path: string, ms: number) =>
  openFlowLog(path, { ...options, tryLock: () => true }, after(ms))

test('a recorder that starts again and again leaves so many files and no more, and counts what is missing', () => {
  const path = scratchDirectory()
  const more = 20
  for (let run = 0; run < limits.logRestartsMax + more; run++) {
    const log = start(path, run * 1_000)
    const outcome = log.append(
      numberedFlows(1, 3, began + run * 1_000),
      [],
      after(run * 1_000 + 900),
    )
    expect(outcome.kind).toBe(run < limits.logRestartsMax ? 'written' : 'held')
  }
  expect(filesIn(path)).toBe(limits.logRestartsMax)
  const last = (limits.logRestartsMax + more) * 1_000
  const log = start(path, last)
  log.append(numberedFlows(1, 3, began + last), [], after(last + limits.logSteadyMs - 1))
  expect(log.stats()).toMatchObject({ rowsHeld: 3, trouble: gapReason.restarting })
  log.append([], [], after(last + limits.logSteadyMs))
  expect(log.stats()).toMatchObject({ rowsHeld: 0, trouble: undefined })
  const { rows, gaps } = readAll(path)
  expect(rows.length).toBe(3 * (limits.logRestartsMax + 1))
  const lost = gaps.filter(({ reason }) => reason === gapReason.restarting)
  expect(lost.reduce((sum, { count }) => sum + count, 0)).toBe(3 * more)
})

test('one that is started anew as often in a day writes at once', () => {
  const path = scratchDirectory()
  const hour = 3_600_000
  for (let run = 0; run <= 2 * limits.logRestartsMax; run++) {
    const log = start(path, run * hour)
    log.append(numberedFlows(1, 3, began), [], after(run * hour))
    expect(log.stats().trouble).toBeUndefined()
  }
})
