import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { limits } from '../../src/model/limits.ts'
import { seconds } from '../../src/model/quantity.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { BusyHost } from './busy-host.ts'
import { numberedFlows } from './numbered-flows.ts'
import {
  allTime,
  at,
  epoch,
  idsOf,
  maintainAll,
  openLog,
  options,
  readAll,
  scratchDirectory,
} from './scratch-log.ts'

describe('a full disk', () => {
  skipWhere(process.getuid?.() === 0 ? undefined : 'mounting a small tmpfs needs root')

  /** A disk of `kilobytes`. */
  function smallDisk(kilobytes: number): string {
    const path = scratchDirectory()
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k,mode=0750`, 'tmpfs', path])
    onTestFinished(() => void execFileSync('umount', ['-l', path]))
    return path
  }

  test('holds rows in memory, and has all of them once there is room', async () => {
    const path = smallDisk(256)
    const log = await openLog(path)
    log.append(numberedFlows(1, 100, epoch), [], at(0))
    writeFileSync(join(path, 'ballast'), Buffer.alloc(1))
    expect(() => writeFileSync(join(path, 'ballast'), Buffer.alloc(1e6))).toThrow('ENOSPC')
    expect(log.append(numberedFlows(101, 2_000, epoch), [], at(1_000))).toEqual({
      kind: 'held',
      held: 2_000,
      why: 'disk full',
    })
    expect(idsOf(readAll(path).rows)).toHaveLength(100)
    rmSync(join(path, 'ballast'))
    expect(log.append([], [], at(2_000))).toMatchObject({ kind: 'written', rows: 2_000 })
    expect(readAll(path)).toMatchObject({ gaps: [], damage: [] })
    expect(idsOf(readAll(path).rows)).toHaveLength(2_100)
  })

  test('goes on with the newest rows when the log itself fills it', async () => {
    const path = smallDisk(256)
    const log = await openLog(path, at(0), { ...options.retention, bytes: 128 * 1024 })
    const perPeriod = 200
    for (let period = 0; period < 60; period++) {
      log.append(
        numberedFlows(1 + period * perPeriod, perPeriod, epoch + period),
        [],
        at(period * 10_000),
      )
      maintainAll(log, period * 10_000 + 5_000)
    }
    const ids = idsOf(readAll(path).rows)
    expect(ids.at(-1)).toBe(60 * perPeriod)
    expect(ids).toEqual(Array.from(ids, (_, i) => ids[0]! + i))
  })
})

describe('memory that is full as well', () => {
  test('drops what comes, counts it, and dates it in a gap from where the first of it began', async () => {
    const path = scratchDirectory()
    const log = await openLog(path)
    log.append(numberedFlows(1, 1, epoch), [], at(0))
    const away = `${path}-away`
    renameSync(path, away)
    onTestFinished(() => rmSync(away, { recursive: true, force: true }))
    const rows = new BusyHost(1, epoch).rows(limits.blockRowsMax)
    let given = 0
    let dropped = 0
    for (let second = 1; dropped < 2 * rows.length; second++) {
      // Open flows' records begin where the ones before them ended.
      const start = at((second - 3) * 1_000).wall
      const outcome = log.append(
        rows.map((row) => ({ ...row, start, end: at(second * 1_000).wall })),
        [],
        at(second * 1_000),
      )
      given += rows.length
      if (outcome.kind === 'dropped') dropped += outcome.rows
      expect(outcome.kind).toBe(dropped > 0 ? 'dropped' : 'held')
    }
    const lastSecond = given / rows.length
    expect(log.stats()).toMatchObject({ rowsDropped: dropped, rowsHeld: given - dropped })
    renameSync(away, path)
    expect(log.append([], [], at(900_000))).toMatchObject({
      kind: 'written',
      rows: given - dropped,
    })
    expect(readAll(path, { from: allTime.from, to: at(0).wall }).gaps).toEqual([])
    const { gaps } = readAll(path)
    expect(gaps).toEqual([
      {
        from: at((lastSecond - 4) * 1_000).wall,
        to: at(lastSecond * 1_000).wall,
        reason: 'directory gone',
        count: dropped,
      },
    ])
  })
})

describe('a directory that is replaced', () => {
  test('is noticed at the next append, and the new one stays empty', async () => {
    const path = scratchDirectory()
    const log = await openLog(path)
    log.append(numberedFlows(1, 10, epoch), [], at(0))
    const away = `${path}-away`
    renameSync(path, away)
    onTestFinished(() => rmSync(away, { recursive: true, force: true }))
    mkdirSync(path)
    const held = { kind: 'held', held: 10, why: 'directory gone' }
    expect(log.append(numberedFlows(11, 10, epoch), [], at(1_000))).toEqual(held)
    expect(log.maintain(at(70_000))).toEqual({ kind: 'idle' })
    expect(readdirSync(path)).toEqual([])
    rmSync(path, { recursive: true })
    renameSync(away, path)
    expect(log.append([], [], at(2_000))).toMatchObject({ kind: 'written', rows: 10 })
    expect(idsOf(readAll(path).rows)).toHaveLength(20)
  })

  test('whose journal somebody deletes goes on in a new one', async () => {
    const path = scratchDirectory()
    const log = await openLog(path)
    log.append(numberedFlows(1, 10, epoch), [], at(0))
    rmSync(join(path, 'J-0000000001.e2j'))
    expect(log.append(numberedFlows(11, 10, epoch), [], at(1_000))).toMatchObject({
      kind: 'written',
    })
    expect(idsOf(readAll(path).rows)).toEqual(idsOf(numberedFlows(11, 10, epoch)))
  })
})

describe('a disk that is unmounted', () => {
  skipWhere(process.getuid?.() === 0 ? undefined : 'mounting needs root')

  test('gets nothing, nor what is below it, and has all rows once it is back', async () => {
    const disk = scratchDirectory()
    const path = scratchDirectory()
    const mount = () => execFileSync('mount', ['--bind', disk, path])
    const unmount = () => execFileSync('umount', ['-l', path])
    mount()
    onTestFinished(() => void spawnSync('umount', ['-l', path]))
    const log = await openLog(path)
    log.append(numberedFlows(1, 10, epoch), [], at(0))
    unmount()
    const held = { kind: 'held', held: 10, why: 'directory gone' }
    expect(log.append(numberedFlows(11, 10, epoch), [], at(1_000))).toEqual(held)
    expect(log.maintain(at(70_000))).toEqual({ kind: 'idle' })
    expect(readdirSync(path)).toEqual([])
    expect(idsOf(readAll(disk).rows)).toHaveLength(10)
    mount()
    expect(log.append([], [], at(80_000))).toMatchObject({ kind: 'written', rows: 10 })
    expect(readAll(path)).toMatchObject({ gaps: [], damage: [] })
    expect(idsOf(readAll(path).rows)).toHaveLength(20)
  })
})

describe('a clock that is set', () => {
  const day = 86_400_000
  const retention = { age: seconds(7 * 86_400), bytes: 1e9, freeBytes: 0 }

  /** A log with a segment for each of `days` days, and the rest of `maintain`s' say in ms of the monotonic clock. */
  async function daysOf(path: string, days: number) {
    const log = await openLog(path, at(0), retention)
    for (let n = 0; n < days; n++) {
      log.append(numberedFlows(1 + n, 1, epoch + n * day), [], at(n * day))
      maintainAll(log, n * day + 10_000)
    }
    return log
  }

  test('forward does not let the log be deleted for its age within the hour, and then slowly', async () => {
    const path = scratchDirectory()
    const log = await daysOf(path, 6)
    const before = readdirSync(path).length
    const start = 6 * day
    const year = 365 * day
    for (let minute = 0; minute < 60; minute++) log.maintain(at(start + minute * 60_000, year))
    expect(readdirSync(path)).toHaveLength(before)
    log.maintain(at(start + 3_600_000, year))
    log.maintain(at(start + 3_602_000, year))
    log.maintain(at(start + 3_604_000, year))
    expect(readdirSync(path)).toHaveLength(before - 1)
    // Set right again in time: the rest stays.
    for (let minute = 61; minute < 200; minute++) log.maintain(at(start + minute * 60_000))
    expect(readdirSync(path)).toHaveLength(before - 1)
  })

  test('back loses and doubles nothing, and makes no negative duration or gap', async () => {
    const path = scratchDirectory()
    const log = await openLog(path)
    log.append(numberedFlows(1, 5, epoch + 1_000), [], at(1_000))
    const stepped = at(2_000, -3_600_000)
    log.append(
      numberedFlows(6, 5, stepped.wall),
      [{ from: at(2_000).wall, to: stepped.wall, reason: 'clock stepped', count: 0 }],
      stepped,
    )
    log.close(at(3_000, -3_600_000))
    const next = await openLog(path, at(4_000, -7_200_000))
    next.append([], [], at(4_000, -7_200_000))
    maintainAll(next, 5_000)
    const { rows, gaps } = readAll(path)
    expect(idsOf(rows)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(rows.every(({ start, end }) => start <= end)).toBe(true)
    expect(gaps.map(({ reason }) => reason)).toEqual(['clock stepped', 'recorder down'])
    expect(gaps.every(({ from, to }) => from <= to)).toBe(true)
  })

  test('right lets what is too old go, oldest first', async () => {
    const path = scratchDirectory()
    const log = await daysOf(path, 6)
    const deleted: string[] = []
    for (let minute = 0; minute < 2 * 24 * 60; minute++) {
      const outcome = log.maintain(at(7 * day + minute * 60_000))
      if (outcome.kind === 'deleted') deleted.push(`${outcome.name.slice(0, 12)} ${outcome.why}`)
    }
    expect(deleted).toEqual(['S-0000000001 age', 'S-0000000002 age'])
  })
})
