import fc from 'fast-check'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openFlowLog } from '../../src/log/flow-log.ts'
import type { FlowRecord } from '../../src/model/flow.ts'
import { limits } from '../../src/model/limits.ts'
import { hostTime } from '../../src/model/quantity.ts'
import { BusyHost } from './busy-host.ts'
import {
  at,
  epoch,
  idsOf,
  maintainAll,
  openLog,
  options,
  readAll,
  scratchDirectory,
} from './scratch-log.ts'

const rounded = (flow: FlowRecord): FlowRecord => ({
  ...flow,
  start: hostTime(Math.floor(flow.start)),
  end: hostTime(Math.floor(flow.end)),
})

const action = fc.oneof(
  fc.record({ kind: fc.constant('append' as const), rows: fc.integer({ min: 0, max: 40 }) }),
  fc.constant({ kind: 'restart' as const }),
  fc.constant({ kind: 'maintain' as const }),
)

test('whatever the order of appends, restarts and seals, all rows are read in the order of writing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 25 }), fc.nat(), async (actions, seed) => {
      const path = mkdtempSync(join(tmpdir(), 'e2etop-log-'))
      const host = new BusyHost(seed, epoch)
      const written: FlowRecord[] = []
      let restarts = 0
      let ms = 0
      let log = openFlowLog(path, options, at(0))
      for (const step of actions) {
        ms += 10_000
        if (step.kind === 'append') {
          const rows = host.rows(step.rows)
          written.push(...rows.map(rounded))
          log.append(rows, [], at(ms))
        } else if (step.kind === 'maintain') {
          maintainAll(log, ms)
        } else {
          log.close(at(ms))
          log = openFlowLog(path, options, at(ms + 1))
          restarts += 1
        }
      }
      log.close(at(ms + 5))
      const { rows, gaps, damage } = readAll(path)
      rmSync(path, { recursive: true })
      expect(rows).toEqual(written)
      expect(damage).toEqual([])
      expect(gaps).toHaveLength(restarts)
    }),
    { numRuns: 25 },
  )
})

test('appends that end amid blocks are read back, and sealed in blocks, some columns a step', async () => {
  const path = scratchDirectory()
  const log = await openLog(path)
  const host = new BusyHost(1, epoch)
  const written: FlowRecord[] = []
  for (const count of [20_000, 20_000, limits.blockRowsMax + 1]) {
    const rows = host.rows(count)
    expect(log.append(rows, [], at(1_000))).toMatchObject({ kind: 'written', rows: count })
    written.push(...rows.map(rounded))
  }
  log.close(at(2_000))
  expectSame(readAll(path).rows, written)
  const next = await openLog(path, at(3_000))
  const steps = maintainAll(next, 3_000)
  expect(steps.at(-1)).toBe('sealed')
  // Of each of the two whole blocks 21 columns, by fours.
  expect(steps.length).toBeGreaterThan(2 * 5)
  expectSame(readAll(path).rows, written)
})

/** All ids, and one row in 97 whole: to compare all takes seconds. */
function expectSame(rows: readonly FlowRecord[], expected: readonly FlowRecord[]): void {
  expect(idsOf(rows)).toEqual(idsOf(expected))
  const some = (all: readonly FlowRecord[]) => all.filter((_, i) => i % 97 === 0)
  expect(some(rows)).toEqual(some(expected))
}
