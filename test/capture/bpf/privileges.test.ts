import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { bpfRequirements, whyNoBpf } from '../../../src/capture/bpf/probe.ts'
import { skipWhere } from '../../sim/skip-where.ts'

/** Runs a program of this folder, below `wrapper`, and gives the JSON that it printed. */
function run(name: string, ...wrapper: readonly string[]): unknown {
  const program = fileURLToPath(new URL(name, import.meta.url))
  const [command, ...words] = [...wrapper, process.execPath, '--import', 'tsx', program]
  const done = spawnSync(command, words, { encoding: 'utf8' })
  expect(done.stderr).toBe('')
  return JSON.parse(done.stdout)
}

const without = (...capabilities: readonly string[]) => [
  'setpriv',
  ...['--inh-caps', '--bounding-set'].flatMap((set) => [
    set,
    capabilities.map((capability) => `-${capability}`).join(','),
  ]),
]

describe('privileges', () => {
  skipWhere(whyNoBpf())

  test('once open, the source sees new flows as a user without any', () => {
    expect(run('poll-without-privileges.ts')).toMatchObject({
      uid: 65534,
      owner: { kind: 'process', process: 'python3', uid: 65534 },
      tcp: 1000,
      udp: 100,
      later: 0,
      lost: [],
    })
  })

  test('without CAP_NET_ADMIN it sees TCP, and says what it cannot see, why, and what would help', () => {
    expect(run('open-and-say.ts', ...without('net_admin', 'sys_admin'))).toMatchObject({
      source: 'bpf-tcp',
      sees: ['tcp', 'pid', 'short', 'netns', 'actor'],
      blind: expect.arrayContaining([
        expect.stringMatching(/UDP, ICMP and raw sockets.*EPERM.*CAP_NET_ADMIN/s),
      ]),
      tcp: 1000,
    })
  })

  test('without CAP_BPF it does not open, and the error says what to do', () => {
    expect(run('open-and-say.ts', ...without('bpf', 'sys_admin'))).toMatchObject({
      code: 'EPERM',
      next: expect.stringContaining('CAP_BPF'),
    })
  })

  test('where capture can open, nothing that it requires is missing', () => {
    const required = bpfRequirements().filter(({ need }) => need === 'required')
    expect(required.map(({ what }) => what)).toContain('BPF iterator over open files')
    expect(required.filter(({ missing }) => missing)).toEqual([])
  })
})
