import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { bpfRequirements, whyNoBpf } from '../../../src/capture/bpf/probe.ts'
import { skipWhere } from '../../sim/skip-where.ts'

const program = fileURLToPath(new URL('poll-without-privileges.ts', import.meta.url))

describe('privileges', () => {
  skipWhere(whyNoBpf())

  test('once open, the source sees new flows as a user without any', () => {
    const done = spawnSync(process.execPath, ['--import', 'tsx', program], { encoding: 'utf8' })
    expect(done.stderr).toBe('')
    expect(JSON.parse(done.stdout)).toMatchObject({
      uid: 65534,
      owner: { kind: 'process', process: 'python3', uid: 65534 },
      tcp: 1000,
      udp: 100,
      later: 0,
      lost: [],
    })
  })

  test('where capture can open, nothing that it requires is missing', () => {
    const required = bpfRequirements().filter(({ need }) => need === 'required')
    expect(required.map(({ what }) => what)).toContain('BPF iterator over open files')
    expect(required.filter(({ missing }) => missing)).toEqual([])
  })
})
