import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { defaultTimers } from '../../src/flow-table/timer-rules.ts'
import { wholeLookRules } from '../../src/host/live-mirror.ts'
import { LiveSession } from '../../src/host/live-session.ts'
import { limits } from '../../src/model/limits.ts'
import { hostTime, millis } from '../../src/model/quantity.ts'
import { LiveReaders } from '../../src/recorder/live-readers.ts'
import { LiveWriter } from '../../src/recorder/live-writer.ts'
import { privacyOf } from '../../src/recorder/privacy.ts'
import { Recorder } from '../../src/recorder/recorder.ts'
import { FakeSource } from '../sim/fake-source.ts'
import { sampleOf } from '../sim/sample.ts'

const hello = { protocol: 1, version: '1', host: 'h', bootId: 'b' }

function recorderOf() {
  const source = new FakeSource()
  let now = 1000
  const recorder = new Recorder({
    source,
    readers: new LiveReaders(hello),
    timers: defaultTimers,
    clocks: () => ({ wall: hostTime(now), monotonic: millis(now), boot: millis(now) }),
  })
  const tick = () => {
    now += 1000
    recorder.tick()
  }
  /** A stream that nobody reads yet. */
  const attach = () => {
    const stream = new PassThrough({ highWaterMark: 1024 })
    recorder.attach(new LiveWriter(stream))
    return stream
  }
  const pass = (ms: number) => void (now += ms)
  return { source, recorder, tick, attach, pass }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 20))
const patient = { ...wholeLookRules, endedMax: Infinity }
async function flowsOf(session: LiveSession) {
  const { rows } = await session.ask({ kind: 'flows' })
  return rows.kind === 'flows' ? rows.flows : []
}

describe('recorder', () => {
  test('a flow that lives between two ticks reaches the reader, with the ones that go on', async () => {
    const { source, attach, recorder, tick } = recorderOf()
    const session = new LiveSession(attach(), wholeLookRules)
    tick()
    source.ended.push(sampleOf({ cookieLow: 1, txBytes: 10, closed: true }))
    recorder.drain()
    source.changed.push(sampleOf({ cookieLow: 2, txBytes: 20 }))
    tick()
    await settled()
    expect(await flowsOf(session)).toMatchObject([
      { txBytes: 20, endReason: 'open' },
      { txBytes: 10, endReason: 'end detected' },
    ])
  })

  // Its first rate would be that of two ticks in the time of one.
  test('a reader that comes between two ticks is told the time of the counters, not of its coming', async () => {
    const { attach, tick, pass } = recorderOf()
    tick()
    pass(700)
    const session = new LiveSession(attach(), wholeLookRules)
    await settled()
    expect((await session.ask({ kind: 'flows' })).coverage.to).toBe(2000)
  })

  test('a reader that does not read gets no more than its backlog, and every flow once it reads', async () => {
    const { source, attach, tick } = recorderOf()
    const stream = attach()
    let sent = 0
    while (stream.writableLength <= limits.liveBacklogBytes) {
      for (let i = 0; i < 20_000; i++)
        source.ended.push(sampleOf({ cookieLow: ++sent, txBytes: 1, closed: true }))
      tick()
    }
    const held = stream.writableLength
    source.ended.push(sampleOf({ cookieLow: ++sent, txBytes: 1, closed: true }))
    tick()
    expect(stream.writableLength).toBe(held)
    const session = new LiveSession(stream, patient)
    await settled()
    tick()
    await settled()
    expect(await flowsOf(session)).toHaveLength(sent)
    const { coverage } = await session.ask({ kind: 'flows' })
    expect(coverage.capture.lost).toEqual([])
  })

  test('as many ended flows as the limit wait for a reader, one more and they are counted as lost', async () => {
    const { source, attach, tick } = recorderOf()
    for (const beyond of [0, 1]) {
      const stream = attach()
      stream.write(new Uint8Array(limits.liveBacklogBytes + 2048))
      for (let i = 0; i < limits.endedFlowsMax + beyond; i++)
        source.ended.push(sampleOf({ cookieLow: 10 + i, closed: true }))
      tick()
      const said: Buffer[] = []
      stream.on('data', (piece: Buffer) => said.push(piece))
      await settled()
      said.length = 0
      source.changed.push(sampleOf({ cookieLow: 1, txBytes: 6 }))
      tick()
      await settled()
      const reader = new PassThrough()
      const session = new LiveSession(reader, patient)
      said.forEach((piece) => reader.write(piece))
      await settled()
      expect(await flowsOf(session)).toHaveLength(beyond === 0 ? limits.endedFlowsMax + 1 : 1)
      const { coverage } = await session.ask({ kind: 'flows' })
      expect(coverage.capture.lost).toMatchObject(
        beyond === 0 ? [] : [{ reason: 'reader-behind', count: limits.endedFlowsMax + 1 }],
      )
    }
  })

  test('a reader that comes late is told at once of all that is live', async () => {
    const { source, attach, tick } = recorderOf()
    source.changed.push(sampleOf({ cookieLow: 1, txBytes: 5 }))
    tick()
    tick()
    const session = new LiveSession(attach(), wholeLookRules)
    expect(await flowsOf(session)).toMatchObject([{ txBytes: 5, endReason: 'open' }])
  })

  test('readers hear that sampling is on from the next tick after it was set', async () => {
    const { attach, recorder, tick } = recorderOf()
    const session = new LiveSession(attach(), wholeLookRules)
    recorder.adopt(defaultTimers, privacyOf([], new Uint8Array(), 50))
    tick()
    await settled()
    const { coverage } = await session.ask({ kind: 'flows' })
    expect(coverage.capture.sees).not.toContain('pid')
    expect(coverage.capture.blind).toContainEqual(expect.stringMatching(/^Sampling is on/))
  })

  test('two readers see the same, and one that is behind or gone does not hold up the other', async () => {
    const { source, attach, tick } = recorderOf()
    const stuck = attach()
    stuck.write(new Uint8Array(limits.liveBacklogBytes + 2048))
    const gone = attach()
    const sessions = [attach(), attach()].map((stream) => new LiveSession(stream, wholeLookRules))
    gone.destroy()
    source.changed.push(sampleOf({ cookieLow: 1, txBytes: 5 }))
    tick()
    await settled()
    for (const session of sessions) expect(await flowsOf(session)).toMatchObject([{ txBytes: 5 }])
  })

  test('one reader past the limit is refused with the reason', async () => {
    const { attach, tick } = recorderOf()
    const streams = Array.from({ length: limits.liveReadersMax }, () => attach())
    const last = new LiveSession(attach(), wholeLookRules)
    await expect(last.ask({ kind: 'flows' })).rejects.toMatchObject({ code: 'too-many-readers' })
    streams[0]!.destroy()
    await settled()
    const next = new LiveSession(attach(), wholeLookRules)
    tick()
    await settled()
    expect(await flowsOf(next)).toEqual([])
  })
})
