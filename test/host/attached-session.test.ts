import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { attachedLookRules, attachedScreenRules } from '../../src/host/live-mirror.ts'
import { LiveSession } from '../../src/host/live-session.ts'
import { noPast, pastFromLog } from '../../src/host/past-flows.ts'
import { openFlowLog } from '../../src/log/flow-log.ts'
import type { FlowRecord } from '../../src/model/flow.ts'
import { encodeLive, type LiveMessage } from '../../src/model/live-message.ts'
import { hostTime, millis, seconds } from '../../src/model/quantity.ts'
import { tryFileLock } from '../../src/recorder/file-lock.ts'
import { recordOf } from '../sim/record.ts'
import { recordingOf, statusOf } from '../sim/status.ts'

const start = 1_700_000_000_000
const at = (s: number) => hostTime(start + s * 1000)
const hello = { protocol: 1, version: '1', host: 'web1', bootId: 'b' }
const flows = { kind: 'flows' } as const
/** A record of flow `id` over [from, to] seconds. */
const record = (id: number, from: number, to: number, change: Partial<FlowRecord> = {}) =>
  recordOf({ id, start: at(from), end: at(to), txBytes: 10, rxBytes: 0, ...change })

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'e2etop-past-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

async function logOf(...records: FlowRecord[]) {
  const retention = { age: millis(1e12), bytes: 1e9, freeBytes: 0 }
  const moment = { wall: at(3600), monotonic: millis(0) }
  const identity = {
    hostId: '0'.repeat(32),
    bootId: '1'.repeat(32),
    retention,
    tryLock: tryFileLock,
  }
  const log = openFlowLog(directory, identity, moment)
  log.append(records, [], moment)
  log.close(moment)
}

const recording = (since: number, records = 10) =>
  recordingOf({ since: at(since), directory, records })

function told(rules: typeof attachedScreenRules, past = noPast, ...messages: LiveMessage[]) {
  const stream = new PassThrough()
  const session = new LiveSession(stream, rules, past)
  const say = (...more: LiveMessage[]) => more.forEach((one) => stream.write(encodeLive(one)))
  say({ kind: 'hello', hello }, ...messages)
  return { session, say }
}
const rowsOf = async (session: LiveSession) => {
  const { rows } = await session.ask(flows)
  return rows.kind === 'flows' ? rows.flows : []
}
const tick = (s: number, log?: ReturnType<typeof recording>): LiveMessage => ({
  kind: 'status',
  status: { ...statusOf(at(s)), recording: log },
})
const settled = () => new Promise((resolve) => setTimeout(resolve, 5))

describe('a session at a recorder that ran before it', () => {
  test('a look counts from its first tick, not from the beginning of the flows', async () => {
    const open = (bytes: number) => record(1, 0, 9, { txBytes: bytes, endReason: 'open' })
    const first: LiveMessage[] = [{ kind: 'flows', flows: [open(1000)] }, tick(10)]
    const { session, say } = told(attachedLookRules, noPast, ...first)
    expect(await rowsOf(session)).toMatchObject([{ txBytes: 0, flags: 1 }])
    say({ kind: 'flows', flows: [open(1005), record(2, 10, 11)] }, tick(11))
    await settled()
    expect(await rowsOf(session)).toMatchObject([
      { id: 1, txBytes: 5 },
      { id: 2, txBytes: 10, flags: 0 },
    ])
    expect((await session.ask(flows)).coverage).toMatchObject({ from: at(10), attached: true })
  })

  test('that its log cannot be written comes with the answer, for as long as it lasts', async () => {
    const held = { ...recording(0), trouble: 'disk full', waiting: 7 }
    const { session, say } = told(attachedScreenRules, noPast, tick(10, held))
    expect((await session.ask(flows)).coverage.unkept).toBe(
      `The log ${directory} cannot be written: disk full. 7 records wait in the recorder's memory.`,
    )
    say(tick(11, recording(0)))
    await settled()
    expect((await session.ask(flows)).coverage.unkept).toBeUndefined()
  })

  const fromLog = pastFromLog(seconds(3600))

  test('a screen shows what ended in the last hour: from the log, and what waits for it, once', async () => {
    await logOf(
      record(1, 5, 6),
      record(2, 4000, 4300, { endReason: 'active' }),
      record(2, 4300, 4400, { txBytes: 7 }),
      record(3, 4000, 4300, { endReason: 'active' }),
      record(4, 4390, 4400),
    )
    const waiting = [record(4, 4390, 4400), record(5, 4900, 4950)]
    const first: LiveMessage[] = [{ kind: 'waiting', records: waiting }, tick(5000, recording(0))]
    const { session } = told(attachedScreenRules, fromLog, ...first)
    expect(await rowsOf(session)).toMatchObject([
      { id: 2, txBytes: 17, start: at(4000), endReason: 'end detected' },
      { id: 4, txBytes: 10 },
      { id: 5, txBytes: 10 },
    ])
    expect((await session.ask(flows)).coverage.from).toBe(at(1400))
  })

  test('a record with fractions of ms that is in the log by now is counted once, its clock set back or not', async () => {
    const forth = record(1, 4390.0004, 4400.00075)
    const back = record(2, 4400.0004, 4390.00075)
    const twin = record(3, 4390.0004, 4400.00075)
    await logOf(forth, back)
    const first: LiveMessage[] = [
      { kind: 'waiting', records: [forth, back, twin] },
      tick(5000, recording(0)),
    ]
    const { session } = told(attachedScreenRules, fromLog, ...first)
    expect((await rowsOf(session)).map(({ id, txBytes }) => [id, txBytes])).toEqual([
      [2, 10],
      [1, 10],
      [3, 10],
    ])
  })

  test('what an earlier run of the recorder wrote is not of these flows', async () => {
    await logOf(record(1, 4000, 4100), record(1, 4600, 4700))
    const { session } = told(attachedScreenRules, fromLog, tick(5000, recording(4500)))
    expect(await rowsOf(session)).toMatchObject([{ id: 1, start: at(4600) }])
    expect((await session.ask(flows)).coverage.from).toBe(at(4500))
  })

  test('of a log that holds too much for a first screen, less time is read and said', async () => {
    await logOf(record(1, 3600, 3700), record(2, 4990, 4999))
    const { session } = told(attachedScreenRules, fromLog, tick(5000, recording(0, 10_000_000)))
    expect(await rowsOf(session)).toMatchObject([{ id: 2 }])
    expect((await session.ask(flows)).coverage.from).toBe(at(4900))
  })

  test('without the right to the log, or without one, the screen begins with its first tick', async () => {
    const gone = { ...recording(0), directory: join(directory, 'gone') }
    for (const log of [gone, undefined]) {
      const { session } = told(attachedScreenRules, fromLog, tick(5000, log))
      expect(await rowsOf(session)).toEqual([])
      expect((await session.ask(flows)).coverage.from).toBe(at(5000))
    }
  })
})
