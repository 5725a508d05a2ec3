import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { skipWhere } from '../sim/skip-where.ts'
import { buildChild, buildShim, noGcc } from './child-program.ts'
import type { FaultRun } from './fault-runs.ts'
import { scratchDirectory } from './scratch-log.ts'

/** One run for each operation of a log's life that the fault can hit. */
async function runsOf(...kinds: readonly string[]): Promise<readonly FaultRun[]> {
  const directory = scratchDirectory()
  const program = buildChild('fault-runs.ts', directory)
  const env = { ...process.env, LD_PRELOAD: buildShim(directory) }
  const { stdout } = await promisify(execFile)('node', [program, directory, ...kinds], {
    env,
    maxBuffer: 16 * 1024 * 1024,
  })
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as FaultRun)
}

const acknowledgedButMissing = ({ missing, acknowledged }: FaultRun) =>
  missing.filter((id) => id <= acknowledged)

describe('a log whose disk fails at any one operation', () => {
  skipWhere(noGcc())

  test('after a crash has all that was acknowledged, once, and says when nothing was recorded', async () => {
    const runs = await runsOf('crash', 'torn')
    expect(runs.filter(({ kind }) => kind === 'crash').length).toBeGreaterThan(40)
    for (const run of runs) {
      const where = JSON.stringify(run)
      expect(acknowledgedButMissing(run), where).toEqual([])
      expect([run.twice, run.garbage, run.left, run.unreadBefore], where).toEqual([0, 0, [], 0])
      expect(run.gaps.at(-1), where).toMatch(/^recorder down (0|20) -?\d+-68000$/)
    }
  })

  test('loses no row to an error that the disk admits, nor to a short write', async () => {
    const runs = await runsOf('eio', 'enospc', 'short')
    expect(runs.length).toBeGreaterThan(100)
    for (const run of runs) {
      const where = JSON.stringify(run)
      expect(run, where).toMatchObject({ missing: [], twice: 0, garbage: 0, counted: 0, left: [] })
    }
  })

  test('reads past what the disk refuses to give, and says that something is missing there', async () => {
    const runs = await runsOf('bad')
    expect(runs.length).toBeGreaterThan(15)
    expect(runs.some((run) => run.missing.length > 0)).toBe(true)
    for (const run of runs) {
      const where = JSON.stringify(run)
      expect([run.twice, run.garbage, run.left], where).toEqual([0, 0, []])
      const isTold = run.counted > 0 || run.gaps.some((gap) => gap.startsWith('damaged'))
      expect(isTold || run.missing.length === 0, where).toBe(true)
    }
  })

  test('counts each row that the disk changed or lost behind its back, and gives no garbage', async () => {
    const runs = await runsOf('flip', 'lost')
    expect(runs.length).toBeGreaterThan(30)
    expect(runs.some((run) => run.counted > 0)).toBe(true)
    for (const run of runs) {
      const where = JSON.stringify(run)
      expect(acknowledgedButMissing(run).length, where).toBe(run.counted)
      expect([run.twice, run.garbage, run.left], where).toEqual([0, 0, []])
    }
  })
})
