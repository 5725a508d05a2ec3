import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  decodeLastWords,
  encodeLastWords,
  nobodysWords,
  stillMissing,
} from '../../src/log/last-words.ts'
import type { FlowLog } from '../../src/log/flow-log.ts'
import { lockName } from '../../src/log/writer-lock.ts'
import { limits } from '../../src/model/limits.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { numberedFlows } from './numbered-flows.ts'
import { at, epoch, idsOf, openLog, readAll, scratchDirectory } from './scratch-log.ts'

describe('the lock of a log', () => {
  test('is for its owner only, so that no reader can take it, and follows no link', async () => {
    const path = scratchDirectory()
    await openLog(path)
    expect(statSync(join(path, lockName)).mode & 0o777).toBe(0o600)
    const other = scratchDirectory()
    const precious = join(scratchDirectory(), 'precious')
    writeFileSync(precious, 'as it was')
    symlinkSync(precious, join(other, lockName))
    await expect(openLog(other)).rejects.toMatchObject({ code: 'not writable' })
    expect(readFileSync(precious, 'utf8')).toBe('as it was')
  })

  test('is let go of by the kernel when its holder is killed, at once', async () => {
    const path = scratchDirectory()
    writeFileSync(join(path, lockName), '')
    const holder = spawn('flock', ['--no-fork', join(path, lockName), 'sleep', '60'])
    onTestFinished(() => void holder.kill('SIGKILL'))
    const locks = () => readFileSync('/proc/locks', 'utf8').includes(` ${holder.pid} `)
    await expect.poll(locks).toBe(true)
    await expect(openLog(path)).rejects.toMatchObject({ code: 'in use' })
    holder.kill('SIGKILL')
    await once(holder, 'close')
    await expect(openLog(path)).resolves.toBeDefined()
  })
})

describe('rows that the disk did not take before the writer ended', () => {
  /** Rows 1 to 10 on disk, 11 to 30 not: given while the directory was away, and left behind with the writer. */
  async function leftBehind(path: string) {
    const log = await openLog(path)
    log.append(numberedFlows(1, 10, epoch), [], at(0))
    renameSync(path, `${path}-away`)
    const lost = [{ from: at(1).wall, to: at(2).wall, reason: 'ring-full', count: 7 }]
    expect(log.append(numberedFlows(11, 20, epoch + 5_000), lost, at(5_000)).kind).toBe('held')
    return { log, back: () => renameSync(`${path}-away`, path) }
  }
  const gapsOf = (path: string) =>
    readAll(path).gaps.map(({ from, to, reason, count }) => [
      reason,
      count,
      from - epoch,
      to - epoch,
    ])
  const left = [
    ['ring-full', 7, 1, 2],
    ['directory gone', 20, 5_000, 5_000],
    ['recorder down', 0, 0, 60_000],
  ]

  test('are counted and dated in the log of the next one, once', async () => {
    const path = scratchDirectory()
    const { log, back } = await leftBehind(path)
    expect(log.close(at(6_000))).toEqual({ kind: 'held', held: 20, why: 'directory gone' })
    back()
    const next = await openLog(path, at(60_000))
    expect(next.append([], [], at(60_000)).kind).toBe('written')
    expect(gapsOf(path)).toEqual(left)
    next.close(at(61_000))
    const third = await openLog(path, at(62_000))
    third.append([], [], at(62_000))
    expect(gapsOf(path).slice(0, 3)).toEqual(left)
    expect(gapsOf(path).slice(3)).toEqual([['recorder down', 0, 61_000, 62_000]])
  })

  test('are known also of one that is killed', async () => {
    const path = scratchDirectory()
    await leftBehind(path)
    const { gaps, rows } = decodeLastWords(readFileSync(join(`${path}-away`, lockName)))
    expect([...gaps, ...rows].map(({ reason, count }) => [reason, count])).toEqual([
      ['ring-full', 7],
      ['directory gone', 20],
    ])
  })

  test('are not forgotten by a next one that is killed before it writes', async () => {
    const path = scratchDirectory()
    const { log, back } = await leftBehind(path)
    log.close(at(6_000))
    back()
    await openLog(path, at(60_000))
    const { gaps, rows } = decodeLastWords(readFileSync(join(path, lockName)))
    expect([...gaps, ...rows].map(({ reason, count }) => [reason, count])).toEqual([
      ['ring-full', 7],
      ['directory gone', 20],
    ])
  })

  /** As a kill leaves it that comes after the writing and before the words are taken back. */
  function killedBeforeItSaid(path: string, log: FlowLog, words: Uint8Array, ms: number): void {
    log.close(at(ms))
    writeFileSync(join(path, lockName), words)
  }

  test('are told once although the one that wrote them was killed before it could say so', async () => {
    const path = scratchDirectory()
    const { log, back } = await leftBehind(path)
    log.close(at(6_000))
    back()
    const heir = await openLog(path, at(60_000))
    const words = readFileSync(join(path, lockName))
    heir.append([], [], at(60_000))
    killedBeforeItSaid(path, heir, words, 61_000)
    const third = await openLog(path, at(62_000))
    third.append([], [], at(62_000))
    expect(gapsOf(path)).toEqual([...left, ['recorder down', 0, 61_000, 62_000]])
  })

  test('are no gap where they were written after all just before a kill', async () => {
    const path = scratchDirectory()
    const { log, back } = await leftBehind(path)
    back()
    const words = readFileSync(join(path, lockName))
    log.append([], [], at(7_000))
    killedBeforeItSaid(path, log, words, 8_000)
    const next = await openLog(path, at(60_000))
    next.append([], [], at(60_000))
    expect(idsOf(readAll(path).rows)).toHaveLength(30)
    expect(gapsOf(path)).toEqual([left[0], ['recorder down', 0, 8_000, 60_000]])
  })

  test('and that it wrote after all are not counted', async () => {
    const path = scratchDirectory()
    const { log, back } = await leftBehind(path)
    back()
    expect(log.append([], [], at(7_000)).kind).toBe('written')
    log.close(at(8_000))
    const next = await openLog(path, at(60_000))
    next.append([], [], at(60_000))
    expect(idsOf(readAll(path).rows)).toHaveLength(30)
    expect(gapsOf(path)).toEqual([left[0], ['recorder down', 0, 8_000, 60_000]])
  })
})

describe('a writer that is killed before it first writes', () => {
  test('leaves a gap from its start on, and so do those that follow it', async () => {
    const path = scratchDirectory()
    for (const ms of [1_000, 5_000]) {
      const killed = await openLog(path, at(ms))
      const words = readFileSync(join(path, lockName))
      killed.close(at(ms))
      for (const name of readdirSync(path)) if (name !== lockName) rmSync(join(path, name))
      writeFileSync(join(path, lockName), words)
    }
    const log = await openLog(path, at(9_000))
    log.append(numberedFlows(1, 1, epoch), [], at(10_000))
    expect(readAll(path).gaps).toEqual([
      { from: at(1_000).wall, to: at(9_000).wall, reason: 'recorder down', count: 0 },
    ])
  })
})

describe('rows that a full disk did not take', () => {
  skipWhere(process.getuid?.() === 0 ? undefined : 'mounting a small tmpfs needs root')

  test('are counted on that disk, which has no room for anything else', async () => {
    const path = scratchDirectory()
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=0750', 'tmpfs', path])
    onTestFinished(() => void execFileSync('umount', ['-l', path]))
    const log = await openLog(path)
    log.append(numberedFlows(1, 100, epoch), [], at(0))
    writeFileSync(join(path, 'ballast'), '')
    expect(() => writeFileSync(join(path, 'ballast'), Buffer.alloc(1e6))).toThrow('ENOSPC')
    log.append(numberedFlows(101, 2_000, epoch), [], at(1_000))
    expect(log.close(at(2_000))).toEqual({ kind: 'held', held: 2_000, why: 'disk full' })
    const words = decodeLastWords(readFileSync(join(path, lockName)))
    expect(words.rows).toMatchObject([{ reason: 'disk full', count: 2_000 }])
  })
})

describe('last words', () => {
  const gap = { from: at(0).wall, to: at(9).wall, reason: 'disk full', count: 3 }
  const next = { stream: 5, sequence: 3, rowsBefore: 100 }
  const words = { pid: 7, since: at(0).wall, next, gaps: [gap], rows: [{ ...gap, count: 40 }] }
  const bytes = Buffer.from(encodeLastWords(words))

  test('go through unchanged, and more than fit leave the latest', () => {
    expect(decodeLastWords(bytes)).toEqual(words)
    const many = Array.from({ length: limits.lastWordsGapsMax + 1 }, (_, count) => ({
      ...gap,
      count,
    }))
    const decoded = decodeLastWords(Buffer.from(encodeLastWords({ ...words, gaps: many })))
    expect(decoded.gaps).toEqual(many.slice(1))
  })

  test('count only what the log has not', () => {
    const end = { stream: 5, rows: 100, sequence: 3, writtenAt: at(0).wall }
    const rowsLeft = (count: number) => ({ ...gap, count })
    expect(stillMissing(words, undefined)).toEqual([gap, rowsLeft(40)])
    expect(stillMissing(words, end)).toEqual([gap, rowsLeft(40)])
    expect(stillMissing(words, { ...end, sequence: undefined })).toEqual([gap, rowsLeft(40)])
    expect(stillMissing(words, { ...end, stream: 6, sequence: 9 })).toEqual([gap, rowsLeft(40)])
    expect(stillMissing(words, { ...end, sequence: 4 })).toEqual([rowsLeft(40)])
    expect(stillMissing(words, { ...end, sequence: 5, rows: 139 })).toEqual([rowsLeft(1)])
    expect(stillMissing(words, { ...end, sequence: 5, rows: 140 })).toEqual([])
  })

  test('of a file that is cut or changed anywhere are nothing', () => {
    const end = bytes.indexOf('\n')
    for (let cut = 0; cut < end; cut++)
      expect(decodeLastWords(bytes.subarray(0, cut))).toEqual(nobodysWords)
    for (let bit = 0; bit < end * 8; bit++) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3]! ^= 1 << (bit & 7)
      expect(decodeLastWords(changed), `bit ${bit}`).toEqual(nobodysWords)
    }
  })
})
