import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { lockName } from '../../src/log/writer-lock.ts'
import { LogError } from '../../src/log/log-error.ts'
import { openFlowLog } from '../../src/log/flow-log.ts'
import { hostTime } from '../../src/model/quantity.ts'
import { recordOf } from '../sim/record.ts'
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

/** Flows with ids from `from` on, that ended at `ms`. */
const flows = (from: number, count: number, ms: number) =>
  Array.from({ length: count }, (_, i) =>
    recordOf({ id: from + i, start: hostTime(epoch + ms - 10), end: hostTime(epoch + ms) }),
  )

describe('the flow log', () => {
  test('what is appended is read back, before and after sealing', async () => {
    const path = scratchDirectory()
    const log = await openLog(path)
    const rows = flows(1, 100, 500)
    expect(log.append(rows, [], at(1_000))).toMatchObject({ kind: 'written', rows: 100 })
    expect(readAll(path)).toEqual({ rows, gaps: [], damage: [] })
    log.close(at(2_000))
    const next = await openLog(path, at(5_000))
    expect(maintainAll(next, 5_000).at(-1)).toBe('sealed')
    expect(readdirSync(path)).toEqual([
      `S-0000000001-${epoch + 500}-${epoch + 2_000}.e2s`,
      lockName,
    ])
    expect(readAll(path)).toEqual({ rows, gaps: [], damage: [] })
    next.append([], [], at(6_000))
    expect(readAll(path).gaps).toEqual([
      { from: epoch + 2_000, to: epoch + 5_000, reason: 'recorder down', count: 0 },
    ])
  })

  test('a range gives the flows that ended in it, and none twice in the next', async () => {
    const path = scratchDirectory()
    const log = await openLog(path)
    log.append([...flows(1, 5, 0), ...flows(6, 5, 1_000), ...flows(11, 5, 2_000)], [], at(3_000))
    const within = (from: number, to: number) =>
      idsOf(readAll(path, { from: hostTime(epoch + from), to: hostTime(epoch + to) }).rows)
    expect(within(0, 1_000)).toEqual([1, 2, 3, 4, 5])
    expect(within(1_000, 2_000)).toEqual([6, 7, 8, 9, 10])
    expect(within(1_500, 2_001)).toEqual([11, 12, 13, 14, 15])
    expect(within(2_001, 9_000)).toEqual([])
  })

  test('a second writer is refused until the first has closed', async () => {
    const path = scratchDirectory()
    const log = await openLog(path)
    const second = () => openFlowLog(path, options, at(0))
    expect(second).toThrow(LogError)
    expect(second).toThrow(`another recorder (pid ${process.pid}) writes ${path}`)
    log.close(at(1))
    await expect(openLog(path)).resolves.toBeDefined()
  })

  test('a directory that is not there is an error that says so, and is not made', async () => {
    const path = `${scratchDirectory()}/none`
    expect(() => openFlowLog(path, options, at(0))).toThrow('there is no directory')
    expect(() => readAll(path)).toThrow(LogError)
  })
})
