import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { openSource } from '../../src/capture/open-source.ts'
import type { CaptureStatus } from '../../src/model/capture-status.ts'

const directory = mkdtempSync(join(tmpdir(), 'e2etop-open-'))
afterAll(() => rmSync(directory, { recursive: true }))

const demo = join('test', 'corpus', 'demo.samples.jsonl')

test('replay without a file is refused with what to do', () => {
  expect(() => openSource({ source: 'replay', actor: true })).toThrow('no recording to replay')
})

test('samples are recorded to a file that replays', () => {
  const recordSamples = join(directory, 'again.jsonl')
  const source = openSource({ source: 'replay', actor: true, replay: demo, recordSamples })
  let count = 0
  source.poll(() => (count += 1))
  source.close()
  const lines = readFileSync(recordSamples, 'utf8').trimEnd().split('\n')
  expect(count).toBeGreaterThan(0)
  expect(lines).toHaveLength(1 + count)
  openSource({ source: 'replay', actor: true, replay: recordSamples }).close()
})

test('a recording that cannot be made closes the source and says why', () => {
  const recordSamples = join(directory, 'no', 'such', 'directory')
  expect(() => openSource({ source: 'replay', actor: true, replay: demo, recordSamples })).toThrow(
    /samples cannot be recorded: ENOENT/,
  )
})

test('without privileges the best source is the socket listing, and it says why BPF was not possible', async () => {
  const script = `
    import { openSource } from './src/capture/open-source.ts'
    const source = openSource({ source: 'auto', actor: true })
    process.stdout.write(JSON.stringify(source.status()))
    source.close()`
  const isRoot = process.getuid?.() === 0
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', script],
    isRoot ? { uid: 65_534, gid: 65_534 } : {},
  )
  const status = JSON.parse(stdout) as CaptureStatus
  expect(status.source).toBe('sockdiag')
  expect(status.blind[0]).toMatch(/^BPF, which sees everything, was not possible: .+; .+\.$/)
})
