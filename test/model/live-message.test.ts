import { describe, expect, test } from 'vitest'
import { encodeFrame, FrameReader, type Frame } from '../../src/model/frame.ts'
import { decodeLive, encodeLive, type LiveMessage } from '../../src/model/live-message.ts'
import { limits } from '../../src/model/limits.ts'
import { hostTime } from '../../src/model/quantity.ts'
import { recordOf } from '../sim/record.ts'
import { recordingOf, statusOf } from '../sim/status.ts'

const gapsOf = (length: number) =>
  Array.from({ length }, (_, i) => ({
    from: hostTime(i),
    to: hostTime(i + 1),
    reason: 'suspended',
    count: 0,
  }))
const messages: LiveMessage[] = [
  { kind: 'hello', hello: { protocol: 1, version: '0.1.0', host: 'web1', bootId: 'b' } },
  { kind: 'flows', flows: [recordOf()] },
  { kind: 'reset' },
  { kind: 'waiting', records: [recordOf({ endReason: 'active' })] },
  { kind: 'status', status: statusOf(hostTime(5)) },
  { kind: 'status', status: { ...statusOf(hostTime(5)), recording: recordingOf() } },
  {
    kind: 'status',
    status: {
      ...statusOf(hostTime(5)),
      recording: recordingOf({ gaps: gapsOf(limits.gapsToldMax) }),
    },
  },
  { kind: 'failure', failure: { code: 'no-btf', message: 'no BTF', next: 'use a newer kernel' } },
]

const frameOf = (bytes: Uint8Array): Frame => {
  const result = new FrameReader().push(bytes)
  if (result.kind === 'oversize') throw new Error('oversize')
  return result.frames[0]!
}
const jsonFrame = (kind: number, value: unknown): Frame => ({
  kind,
  payload: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
})

describe('messages of the live stream', () => {
  test.each(messages)('$kind goes through unchanged', (message) => {
    expect(decodeLive(frameOf(encodeLive(message)))).toEqual({ ok: true, message })
  })

  test('a kind of a later version is skipped, not refused', () => {
    expect(decodeLive(frameOf(encodeFrame(200, Uint8Array.of(1))))).toEqual({
      ok: true,
      message: undefined,
    })
  })

  const status = statusOf(hostTime(5))
  test.each([
    ['not JSON', '{'],
    ['null', null],
    ['a list', []],
    ['a missing field', { ...status, at: undefined }],
    ['a negative time', { ...status, at: -1 }],
    ['a time beyond numbers', '{"at":1e999}'],
    ['a text for a count', { ...status, liveFlows: '7' }],
    [
      'a gap too many',
      { ...status, recording: recordingOf({ gaps: gapsOf(limits.gapsToldMax + 1) }) },
    ],
    ['a recording without retention', { ...status, recording: { ...recordingOf(), retention: 1 } }],
    ['an unknown source', { ...status, capture: { ...status.capture, source: 'magic' } }],
    ['fields of the prototype', '{"__proto__":{"at":1,"liveFlows":1,"cpuMs":1,"rssBytes":1}}'],
    [
      'one sentence past the limit',
      {
        ...status,
        capture: { ...status.capture, blind: Array<string>(limits.statusLinesMax + 1).fill('x') },
      },
    ],
  ])('a status that is %s is refused with its reason', (_what, value) => {
    const decoded = decodeLive(jsonFrame(3, value))
    expect(decoded).toMatchObject({ ok: false, why: expect.any(String) })
  })

  test('sentences and host names are cleaned', () => {
    const decoded = decodeLive(
      jsonFrame(1, { protocol: 1, version: '1', host: 'h\u001b]0;x\u0007', bootId: 'b' }),
    )
    expect(decoded).toMatchObject({ message: { hello: { host: 'h\ufffd]0;x\ufffd' } } })
  })
})
