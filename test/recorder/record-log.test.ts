import { describe, expect, onTestFinished, test } from 'vitest'
import { defaultTimers } from '../../src/flow-table/timer-rules.ts'
import { openFlowLog } from '../../src/log/flow-log.ts'
import { scanLog } from '../../src/log/scan-log.ts'
import type { FlowRecord } from '../../src/model/flow.ts'
import type { Gap } from '../../src/model/gap.ts'
import { limits } from '../../src/model/limits.ts'
import { hostTime, millis, seconds } from '../../src/model/quantity.ts'
import { decodeConfig, defaultConfig, type RecorderConfig } from '../../src/recorder/config.ts'
import { LiveReaders } from '../../src/recorder/live-readers.ts'
import { noPrivacy, privacyOf } from '../../src/recorder/privacy.ts'
import { RecordLog } from '../../src/recorder/record-log.ts'
import { Recorder } from '../../src/recorder/recorder.ts'
import { allTime, epoch, options, scratchDirectory } from '../log/scratch-log.ts'
import { FakeSource } from '../sim/fake-source.ts'
import { recordOf } from '../sim/record.ts'
import { sampleOf } from '../sim/sample.ts'

/** The clocks `s` seconds after the start, of which the host slept `slept`; the wall clock was set by `step`. */
const clocks = (s: number, { step = 0, slept = 0 } = {}) => ({
  wall: hostTime(epoch + (s + step) * 1000),
  monotonic: millis((s - slept) * 1000),
  boot: millis(s * 1000),
})

function logOf(config: RecorderConfig = defaultConfig) {
  const directory = scratchDirectory()
  const log = RecordLog.open(directory, options, config, clocks(0))
  let isOpen = true
  const close = (s: number) => {
    isOpen = false
    log.close(clocks(s), [], noPrivacy)
  }
  onTestFinished(() => (isOpen ? close(0) : undefined))
  const read = () => {
    const rows: FlowRecord[] = []
    const gaps: Gap[] = []
    for (const piece of scanLog(directory, allTime)) {
      if (piece.kind === 'rows') rows.push(...piece.rows)
      if (piece.kind === 'gaps') gaps.push(...piece.gaps)
    }
    return { rows, gaps }
  }
  return { log, close, read, directory }
}

const some = [recordOf({ id: 1, end: hostTime(epoch) }), recordOf({ id: 2, end: hostTime(epoch) })]

describe('records on their way to the log', () => {
  test('they wait for the export timer, and not a millisecond longer', () => {
    const { log, read } = logOf()
    log.take(some, [])
    log.writeWhatIsDue(clocks(299.999), [], noPrivacy)
    expect(read().rows).toEqual([])
    expect(log.status()).toMatchObject({ waiting: 2, records: 0 })
    log.writeWhatIsDue(clocks(300), [], noPrivacy)
    expect(read().rows).toHaveLength(2)
    expect(log.status()).toMatchObject({ waiting: 0, records: 2, writtenAt: clocks(300).wall })
  })

  test('the timer goes on although the wall clock was set back by an hour', () => {
    const { log, read } = logOf()
    log.take(some, [])
    log.writeWhatIsDue(clocks(300, { step: -3600 }), [], noPrivacy)
    expect(read().rows).toHaveLength(2)
  })

  test('as many as memory is for wait for nothing', () => {
    const { log, read } = logOf()
    const [record] = some
    log.take(
      Array.from({ length: limits.recordsWaitingMax - 1 }, () => record!),
      [],
    )
    log.writeWhatIsDue(clocks(1), [], noPrivacy)
    expect(read().rows).toEqual([])
    log.take([record!], [])
    log.writeWhatIsDue(clocks(2), [], noPrivacy)
    expect(read().rows).toHaveLength(limits.recordsWaitingMax)
  })

  test('what the source lost is a gap of the time since the last write', () => {
    const { log, read } = logOf()
    const lost = (count: number) => [{ reason: 'ring-full', count, last: clocks(1).wall }]
    log.writeWhatIsDue(clocks(300), lost(3), noPrivacy)
    log.writeWhatIsDue(clocks(600), lost(8), noPrivacy)
    expect(read().gaps).toMatchObject([
      { from: clocks(0).wall, to: clocks(300).wall, reason: 'ring-full', count: 3 },
      { from: clocks(300).wall, to: clocks(600).wall, reason: 'ring-full', count: 5 },
    ])
  })

  test('dropped flows of a whole export period are one record', () => {
    const { log, read } = logOf()
    const decoded = decodeConfig('{"privacy":[{"rule":"drop"}]}')
    const privacy = decoded.ok ? privacyOf(decoded.config.privacy, new Uint8Array(), 1) : noPrivacy
    log.take(some, [])
    log.take(some, [])
    expect(log.unlogged([], privacy)).toMatchObject([{ id: 0, txBytes: 4000 }])
    log.writeWhatIsDue(clocks(300), [], privacy)
    expect(read().rows).toMatchObject([{ id: 0, txBytes: 4000, owner: { kind: 'unknown' } }])
  })

  test('of sampled records the log has the rest as a sum and a dated gap that counts them', () => {
    const { log, read } = logOf()
    const sampling = privacyOf([], new Uint8Array(), 4)
    const records = Array.from({ length: 100 }, (_, i) =>
      recordOf({ id: i + 1, start: hostTime(epoch + i), end: hostTime(epoch + 1000 + i) }),
    )
    log.take(records, [])
    const told = log.unlogged([], sampling).map(({ id }) => id)
    const kept = told.filter((id) => id !== 0)
    expect(told).toEqual([...kept, 0])
    log.writeWhatIsDue(clocks(300), [], sampling)
    const { rows, gaps } = read()
    expect(rows.map(({ id }) => id)).toEqual([...kept, 0])
    expect(rows.reduce((bytes, { txBytes }) => bytes + txBytes, 0)).toBe(100_000)
    expect(gaps).toMatchObject([{ reason: 'sampled', count: 100 - kept.length }])
    const [first, last] = [gaps[0]!.from - epoch, gaps[0]!.to - epoch - 1000]
    const leftOut = records.map(({ id }) => id).filter((id) => !kept.includes(id))
    expect([first, last]).toEqual([leftOut[0]! - 1, leftOut.at(-1)! - 1])
  })

  test('an orderly end writes what waits, and a shorter timer counts from the last write', () => {
    const { log, read, close } = logOf()
    log.adopt({ ...defaultConfig, exportTimer: seconds(10) })
    log.take(some, [])
    log.writeWhatIsDue(clocks(9), [], noPrivacy)
    expect(read().rows).toEqual([])
    close(9)
    expect(read().rows).toHaveLength(2)
  })
})

describe('a recorder with a log', () => {
  function recorderOf(exportTimer = seconds(1)) {
    const { log, read, directory } = logOf({ ...defaultConfig, exportTimer })
    const source = new FakeSource()
    let now = clocks(0)
    const recorder = new Recorder({
      source,
      readers: new LiveReaders({ protocol: 1, version: '1', host: 'h', bootId: 'b' }),
      timers: { ...defaultTimers, exportEvery: exportTimer },
      clocks: () => now,
      log,
    })
    const tick = (at: typeof now, ...samples: ReturnType<typeof sampleOf>[]) => {
      now = at
      source.changed.push(...samples)
      recorder.tick()
    }
    return { tick, read, log, directory }
  }
  const seen = (txBytes: number, wall: number) =>
    sampleOf({ txBytes, first: clocks(0).wall, last: hostTime(wall) })

  test('a clock set back by an hour makes no negative time, no byte twice, and a dated gap', () => {
    const { tick, read } = recorderOf()
    tick(clocks(1), seen(100, clocks(1).wall))
    tick(clocks(301), seen(200, clocks(301).wall))
    const back = { step: -3600 }
    tick(clocks(302, back), seen(300, clocks(302, back).wall))
    tick(clocks(700, back), seen(400, clocks(700, back).wall))
    tick(clocks(800, back))
    const { rows, gaps } = read()
    expect(rows.reduce((sum, row) => sum + row.txBytes, 0)).toBe(400)
    for (const { start, end } of rows) expect(end).toBeGreaterThanOrEqual(start)
    expect(gaps).toContainEqual({
      from: clocks(302, back).wall,
      to: clocks(302).wall,
      reason: 'clock stepped',
      count: 0,
    })
  })

  test('after a crash the gap begins where an open flow has what was in memory only', () => {
    const { tick, read, directory } = recorderOf(seconds(10))
    tick(clocks(0))
    const first = clocks(2).wall
    tick(clocks(4), sampleOf({ txBytes: 100, first, last: clocks(4).wall }))
    tick(clocks(10))
    tick(clocks(11), sampleOf({ txBytes: 200, first, last: clocks(11).wall }))
    const next = openFlowLog(directory, { ...options, tryLock: () => true }, clocks(15))
    next.append([], [], clocks(15))
    next.close(clocks(15))
    const { rows, gaps } = read()
    expect(rows).toEqual([])
    expect(gaps.filter(({ reason }) => reason === 'recorder down')).toMatchObject([
      { from: first, to: clocks(15).wall },
    ])
  })

  test('a night of suspension is a gap from the last tick to the first one after it', () => {
    const { tick, read } = recorderOf()
    tick(clocks(1))
    tick(clocks(2))
    tick(clocks(30_003, { slept: 30_000 }))
    expect(read().gaps).toEqual([
      { from: clocks(2).wall, to: clocks(30_003).wall, reason: 'suspended', count: 0 },
    ])
  })
})
