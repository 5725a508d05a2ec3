import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CaptureError } from '../../../src/capture/capture-error.ts'
import { encodeSample, encodeStatus } from '../../../src/capture/replay/recording.ts'
import { openReplaySource, type ReplayOptions } from '../../../src/capture/replay/replay-source.ts'
import type { CaptureSource } from '../../../src/capture/source.ts'
import { formatAddress } from '../../../src/model/address.ts'
import { limits } from '../../../src/model/limits.ts'
import { hostTime } from '../../../src/model/quantity.ts'
import type { FlowSample } from '../../../src/model/sample.ts'
import { sampleOf } from '../../sim/sample.ts'

const began = 1_000_000
let directory: string
let now: number
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'e2etop-replay-'))
  now = 1_700_000_000_000
})
afterEach(() => rmSync(directory, { recursive: true }))

const statusLine = encodeStatus({ source: 'bpf', sees: ['tcp', 'udp'], blind: ['No moonlight.'] })
const line = (at: number, change: Partial<FlowSample> = {}) =>
  encodeSample(sampleOf({ first: hostTime(began), last: hostTime(began + at), ...change }), {
    at,
    start: hostTime(began),
  })

function open(lines: readonly string[], options: ReplayOptions = {}): CaptureSource {
  const path = join(directory, 'samples.jsonl')
  writeFileSync(path, lines.join('\n'))
  return openReplaySource(path, { now: () => hostTime(now), ...options })
}
const polled = (source: CaptureSource) => {
  const samples: FlowSample[] = []
  source.poll((sample) => samples.push({ ...sample }))
  return samples
}
const drained = (source: CaptureSource) => {
  const samples: FlowSample[] = []
  source.drain((sample) => samples.push({ ...sample }))
  return samples
}
const failure = (action: () => unknown) => {
  try {
    action()
    return undefined
  } catch (error) {
    return error as CaptureError
  }
}

describe('time', () => {
  test('samples come when as much time has passed as had when they were recorded, moved to now', () => {
    const source = open([statusLine, line(0, { txBytes: 1 }), line(1500, { txBytes: 2 })])
    expect(polled(source)).toMatchObject([{ txBytes: 1, first: now, last: now }])
    now += 1499
    expect(polled(source)).toEqual([])
    now += 1
    expect(polled(source)).toMatchObject([{ txBytes: 2, first: now - 1500, last: now }])
  })

  test('at the pace of asking each poll plays a second, whatever the clock says', () => {
    const source = open([statusLine, line(900), line(1000), line(1001), line(2500)], {
      pace: 'asked',
    })
    expect([1, 2, 3, 4].map(() => polled(source).length)).toEqual([2, 1, 1, 0])
  })

  test('a drain gives ended flows only, and none before an open one that was recorded earlier', () => {
    const ended = { closed: true }
    const source = open([statusLine, line(0, ended), line(1), line(2, ended)])
    now += 10
    expect(drained(source)).toHaveLength(1)
    expect(drained(source)).toHaveLength(0)
    expect(polled(source).map(({ closed }) => closed)).toEqual([false, true])
  })

  test('repeated, the same flows come again as other flows', () => {
    const source = open([statusLine, line(1000)], { pace: 'asked', repeat: true })
    const rounds = [1, 2, 3, 4].flatMap(() => polled(source))
    expect(rounds.length).toBeGreaterThan(1)
    expect(new Set(rounds.map(({ cookieHigh }) => cookieHigh)).size).toBe(rounds.length)
  })

  test('a recording without samples ends, repeated or not', () => {
    expect(polled(open([statusLine], { repeat: true, pace: 'asked' }))).toEqual([])
  })
})

describe('bad input', () => {
  const good = line(0, { txBytes: 5 })
  const fields = JSON.parse(good) as Record<string, unknown>
  const broken = (change: Record<string, unknown>) => JSON.stringify({ ...fields, ...change })

  test('malformed lines are left out, counted and named by number', () => {
    const lines = [statusLine, '{', good, 'null', broken({ local_ip: '300.1.1.1' }), good]
    const source = open(lines)
    expect(polled(source)).toHaveLength(2)
    const { lost, blind } = source.status()
    expect(lost).toMatchObject([{ reason: 'malformed-line', count: 3 }])
    expect(blind).toEqual([
      'These are recorded samples, not what this host does now.',
      'No moonlight.',
      'Line 2 of the recording was left out: not JSON.',
      'Line 4 of the recording was left out: line: not an object.',
      'Line 5 of the recording was left out: sample.local_ip: not an address.',
    ])
  })

  test.each([
    { cookie: 7 },
    { cookie: '00000000000003EZ' },
    { protocol: 256 },
    { local_port: 65_536 },
    { remote_port: 1.5 },
    { direction: 'sideways' },
    { owner: { kind: 'process', pid: 1 } },
    { owner: 'root' },
    { actor: { kind: 'ghost' } },
    { tx_bytes: -1 },
    { rx_bytes: 2 ** 53 },
    { first: 'yesterday' },
    { state: 'asleep' },
    { closed: 'no' },
    { at: -1 },
    { at: undefined },
    { type: 'flow' },
    { carrier: null },
  ])('a sample with %o is malformed', (change) => {
    const source = open([statusLine, broken(change), good])
    expect(polled(source)).toHaveLength(1)
    expect(source.status().lost).toMatchObject([{ count: 1 }])
  })

  test('a line of the longest length is read, one byte more is not, and the next line is', () => {
    const pad = (length: number) => good.replace('{', '{' + ' '.repeat(length - good.length))
    const max = limits.recordedLineBytesMax
    const source = open([statusLine, pad(max), pad(max + 1), good])
    expect(polled(source)).toHaveLength(2)
    expect(source.status().blind.at(-1)).toMatch(/^Line 3 .*longer than/)
  })

  test('a recording cut at any byte of its last line plays what is whole', () => {
    const path = join(directory, 'cut.jsonl')
    const whole = [statusLine, good, good].join('\n')
    for (let cut = whole.length - good.length; cut < whole.length; cut += 7) {
      writeFileSync(path, whole.slice(0, cut))
      const source = openReplaySource(path, { now: () => hostTime(now) })
      expect(polled(source), `cut at byte ${cut}`).toHaveLength(1)
      source.close()
    }
  })

  test('of very many malformed lines the first eight are named', () => {
    const source = open([statusLine, ...Array<string>(100).fill('x'), good])
    expect(polled(source)).toHaveLength(1)
    expect(source.status().lost).toMatchObject([{ count: 100 }])
    expect(source.status().blind).toHaveLength(2 + 8)
  })

  test('hostile names come out clean', () => {
    const owner = { ...(fields['owner'] as object), process: '\u001b[2J\nx', exe: '/\u202egnp' }
    const actor = { kind: 'unknown', why: '\u0007' }
    const [sample] = polled(open([statusLine, broken({ owner, actor })]))
    expect(sample?.owner).toMatchObject({ process: '\ufffd[2J\ufffdx', exe: '/\ufffdgnp' })
    expect(sample?.actor).toEqual({ kind: 'unknown', why: '\ufffd' })
  })

  test('a file that is missing, empty or no recording is refused with what to do', () => {
    const missing = failure(() => openReplaySource(join(directory, 'none')))
    expect(missing).toMatchObject({ code: 'replay', message: expect.stringContaining('ENOENT') })
    expect(failure(() => openReplaySource(directory))).toMatchObject({ code: 'replay' })
    for (const lines of [[], ['hello'], [good], ['{"type":"status","source":"bpf"}']])
      expect(
        failure(() => open(lines)),
        lines.join(),
      ).toMatchObject({
        code: 'replay',
        next: expect.stringMatching(/./),
      })
  })
})

test('the demo recording plays whole, with what the monitor has to cope with', () => {
  const source = openReplaySource(join('test', 'corpus', 'demo.samples.jsonl'), {
    pace: 'asked',
    now: () => hostTime(now),
  })
  const flows = new Map<number, FlowSample>()
  for (let second = 0; second <= 30; second++)
    for (const sample of polled(source)) {
      const before = flows.get(sample.cookieLow)
      expect(sample.txBytes, `flow ${sample.cookieLow}`).toBeGreaterThanOrEqual(
        before?.txBytes ?? 0,
      )
      expect(before?.closed ?? false, `flow ${sample.cookieLow} after its end`).toBe(false)
      flows.set(sample.cookieLow, sample)
    }
  expect(source.status().lost).toEqual([])
  const { interfaces = [] } = source.status()
  const addresses = interfaces.flatMap((one) => one.addresses)
  const locals = [...flows.values()].map(({ localAddress }) => formatAddress(localAddress))
  expect(locals.filter((one) => !addresses.includes(one))).toEqual([])
  const all = [...flows.values()]
  expect(all.length).toBeGreaterThanOrEqual(40)
  const users = new Set(
    all.map(({ owner }) => (owner.kind === 'process' ? owner.user : owner.kind)),
  )
  expect(users.size).toBeGreaterThan(5)
  expect(all.filter(({ carrier }) => carrier)).toHaveLength(1)
  expect(all.some(({ protocol }) => protocol === 17)).toBe(true)
  expect(all.some(({ actor }) => actor !== undefined)).toBe(true)
  expect(all.some(({ owner }) => owner.kind === 'kernel')).toBe(true)
  expect(JSON.stringify(all)).not.toMatch(/\\u00(?:0|1)|\u202e|\u200b/)
})
