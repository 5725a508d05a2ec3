import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { defaultTimers } from '../../src/flow-table/timer-rules.ts'
import { wholeLookRules } from '../../src/host/live-mirror.ts'
import { LiveSession } from '../../src/host/live-session.ts'
import { limits } from '../../src/model/limits.ts'
import { hostTime } from '../../src/model/quantity.ts'
import { LiveWriter } from '../../src/recorder/live-writer.ts'
import { Recorder } from '../../src/recorder/recorder.ts'
import { FakeSource } from '../sim/fake-source.ts'
import { sampleOf } from '../sim/sample.ts'

function recorderOf() {
  const source = new FakeSource()
  const stream = new PassThrough({ highWaterMark: 1024 })
  let now = 1000
  const recorder = new Recorder({
    source,
    reader: new LiveWriter(stream),
    timers: defaultTimers,
    now: () => hostTime(now),
  })
  const tick = () => {
    now += 1000
    recorder.tick()
  }
  return { source, stream, recorder, tick }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 20))
const flows = { kind: 'flows' } as const

describe('recorder', () => {
  test('a flow that lives between two ticks reaches the reader, with the ones that go on', async () => {
    const { source, stream, recorder, tick } = recorderOf()
    const session = new LiveSession(stream, wholeLookRules)
    tick()
    source.ended.push(sampleOf({ cookieLow: 1, txBytes: 10, closed: true }))
    recorder.drain()
    source.changed.push(sampleOf({ cookieLow: 2, txBytes: 20 }))
    tick()
    await settled()
    const { rows } = await session.ask(flows)
    expect(rows.kind === 'flows' && rows.flows).toMatchObject([
      { txBytes: 20, endReason: 'open' },
      { txBytes: 10, endReason: 'end detected' },
    ])
  })

  test('a reader that does not read gets no more than its backlog, and every flow once it reads', async () => {
    const { source, stream, tick } = recorderOf()
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
    const session = new LiveSession(stream, { ...wholeLookRules, endedMax: Infinity })
    await settled()
    tick()
    await settled()
    const { rows, coverage } = await session.ask(flows)
    expect(rows.kind === 'flows' && rows.flows.length).toBe(sent)
    expect(coverage.capture.lost).toEqual([])
  })

  test('ended flows past the limit that nobody read are counted as lost, and open ones come again', async () => {
    const { source, stream, tick } = recorderOf()
    source.changed.push(sampleOf({ cookieLow: 1, txBytes: 5 }))
    tick()
    stream.write(new Uint8Array(limits.liveBacklogBytes + 2048))
    stream.unpipe()
    for (let i = 0; i <= limits.endedFlowsMax; i++)
      source.ended.push(sampleOf({ cookieLow: 10 + i, closed: true }))
    source.changed.push(sampleOf({ cookieLow: 1, txBytes: 6 }))
    tick()
    const said: Buffer[] = []
    stream.on('data', (piece: Buffer) => said.push(piece))
    await settled()
    const reader = new PassThrough()
    const session = new LiveSession(reader, wholeLookRules)
    said.length = 0
    tick()
    await settled()
    said.forEach((piece) => reader.write(piece))
    await settled()
    const { rows, coverage } = await session.ask(flows)
    expect(rows.kind === 'flows' && rows.flows).toMatchObject([{ txBytes: 6, endReason: 'open' }])
    expect(coverage.capture.lost).toMatchObject([
      { reason: 'reader-behind', count: limits.endedFlowsMax + 1 },
    ])
  })
})
