import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { openReplaySource } from '../../../src/capture/replay/replay-source.ts'
import { SampleFile } from '../../../src/capture/replay/sample-file.ts'
import { ownAddresses } from '../../../src/capture/interfaces/interface-addresses.ts'
import { tapSamples } from '../../../src/capture/replay/tap-samples.ts'
import { hostTime } from '../../../src/model/quantity.ts'
import type { FlowSample } from '../../../src/model/sample.ts'
import { FakeSource } from '../../sim/fake-source.ts'
import { curl, sampleOf } from '../../sim/sample.ts'

const directory = mkdtempSync(join(tmpdir(), 'e2etop-tap-'))
afterEach(() => rmSync(directory, { recursive: true, force: true }))

test('what a source gives passes through a tap unchanged, and replays to the same samples', () => {
  const start = 1_700_000_000_000
  let now = start
  const clock = () => hostTime(now)
  const source = new FakeSource()
  const lines: string[] = []
  const tap = tapSamples(source, (line) => lines.push(line), clock)

  const first = sampleOf({
    first: hostTime(start - 500),
    last: hostTime(start + 1000),
    partial: true,
  })
  const second = sampleOf({
    cookieLow: 0xffff_fffe,
    cookieHigh: 0x8000_0001,
    protocol: 17,
    owner: { ...curl, start: hostTime(0) },
    actor: { kind: 'unknown', why: 'gone' },
    first: hostTime(start + 100),
    last: hostTime(start + 1400),
    txBytes: Number.MAX_SAFE_INTEGER,
    state: 7,
    closed: true,
    carrier: true,
  })
  const seen: FlowSample[] = []
  now = start + 1000
  source.changed.push(first)
  tap.poll((sample) => seen.push({ ...sample }))
  now = start + 1400
  source.ended.push(second)
  tap.drain((sample) => seen.push({ ...sample }))
  expect(seen).toEqual([first, second])

  const path = join(directory, 'taped.jsonl')
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
  let later = start
  const replay = openReplaySource(path, { now: () => hostTime(later) })
  later += 5000
  const replayed: FlowSample[] = []
  replay.poll((sample) => replayed.push(sample))
  expect(replayed).toEqual([first, second])
  expect(replay.status().sees).toEqual(source.status().sees)
  const names = replay.status().interfaces?.map(({ name }) => name)
  expect(names).toEqual([...ownAddresses().keys()])

  const again: string[] = []
  tapSamples(replay, (line) => again.push(line)).close()
  expect(JSON.parse(again[0]!)).toMatchObject({ interfaces: replay.status().interfaces })
})

test('closing a tap closes its source', () => {
  const source = new FakeSource()
  tapSamples(source, () => {}).close()
  expect(source.closed).toBe(true)
})

test('a disk that is full ends the recording with a sentence, not the capture', () => {
  const file = new SampleFile('/dev/full')
  file.writeLine('x')
  expect(file.failure).toMatch(/no longer recorded.*ENOSPC/)
  file.writeLine('y')
  file.close()
})

test('lines are in the file when the recording is closed', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'e2etop-tap-')), 'samples.jsonl')
  const file = new SampleFile(path)
  file.writeLine('a')
  file.writeLine('b')
  file.close()
  expect(readFileSync(path, 'utf8')).toBe('a\nb\n')
  rmSync(join(path, '..'), { recursive: true })
})
