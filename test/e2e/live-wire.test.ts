import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  makeNamespacePair,
  runIn,
  whyNoNamespaces,
  type NamespacePair,
} from '../lab/namespace-pair.ts'
import { startCapturing } from '../lab/wire-program.ts'
import { whyNoCap } from '../lab/why-no-cap.ts'
import { scratchDirectory } from '../log/scratch-log.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { jsonLines, program } from './run-program.ts'

describe('e2etop wire --interface', () => {
  const why = whyNoNamespaces() ?? whyNoCap()
  skipWhere(why)
  let pair: NamespacePair
  beforeAll(() => {
    if (why !== undefined) return
    pair = makeNamespacePair()
    execFileSync('ip', ['-n', pair.near.name, 'link', 'set', 'lab0', 'mtu', '9000'])
    execFileSync('ip', ['-n', pair.far.name, 'link', 'set', 'lab0', 'mtu', '9000'])
  })
  afterAll(() => {
    if (why === undefined) pair.close()
  })

  async function sendFromNear(address: string, port: number, lengths: readonly number[]) {
    const words = ['test/lab/datagrams.mjs', address, String(port), ...lengths.map(String)]
    const child = runIn(pair.near, [process.execPath, ...words])
    expect(await once(child, 'close')).toEqual([0, null])
  }

  test('counts whole packets though it copies only their headers, and knows what was lost', async () => {
    const lengths = Array.from({ length: 300 }, (_, i) => i * 29)
    const bytes = lengths.reduce((sum, length) => sum + length, 0)
    const args = ['wire', '--interface', 'lab0', '--for', '4s', '--format', 'json']
    const { finished } = await startCapturing(pair.far, args)
    const before = countersIn(pair.far.name)
    await sendFromNear(pair.far.v4, 5001, lengths)
    await sendFromNear(pair.far.v6, 5002, lengths)
    const after = countersIn(pair.far.name)
    const { code, stdout, stderr } = await finished
    const [summary, ...flows] = jsonLines(stdout)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(summary).toMatchObject({ interface: 'lab0', dropped_packets: 0, unmeasured_packets: 0 })
    const ofPort = (port: number) =>
      flows.filter((flow) => flow['local_port'] === port && flow['protocol'] === 'udp')
    const expected = (headers: number) => [
      { rx_packets: 300, rx_bytes: bytes, rx_wire_bytes: bytes + 300 * headers },
    ]
    expect(ofPort(5001)).toMatchObject(expected(14 + 20 + 8))
    expect(ofPort(5002)).toMatchObject(expected(14 + 40 + 8))
    // What else was on the cable meanwhile (neighbour discovery) is in both.
    expect(Number(summary!['packets'])).toBeGreaterThanOrEqual(after.packets - before.packets)
    expect(Number(summary!['wire_bytes'])).toBeGreaterThanOrEqual(after.bytes - before.bytes)
  })

  test('ends when interrupted, with what was seen and 3', async () => {
    const { pid, finished } = await startCapturing(pair.far, ['wire', '--interface', 'lab0'])
    process.kill(pid, 'SIGINT')
    const { code, stdout, stderr } = await finished
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: /interrupted/ })
    expect(jsonLines(stdout)[0]).toMatchObject({ type: 'summary' })
  })
})

test('e2etop wire --interface says what to install where cap is missing', () => {
  const folder = scratchDirectory()
  // Beside no node_modules.
  cpSync(dirname(program), folder, { recursive: true })
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(folder, basename(program)), 'wire', '--interface', 'lo'],
    { encoding: 'utf8' },
  )
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toMatch(/npm package cap, which is not installed.*\n.*libpcap-dev.*cap@0\.2\.1/)
})

/** Of lab0, both ways; read without a process of its own in the namespace. */
function countersIn(namespace: string): { packets: number; bytes: number } {
  const text = execFileSync('ip', ['netns', 'exec', namespace, 'cat', '/proc/net/dev'], {
    encoding: 'utf8',
  })
  const numbers = /^\s*lab0:(.*)$/m.exec(text)![1]!.trim().split(/\s+/).map(Number)
  return { packets: numbers[1]! + numbers[9]!, bytes: numbers[0]! + numbers[8]! }
}
