import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  isAtLeast,
  planDeployment,
  planRemoval,
  type PlanRequest,
} from '../../../src/fleet/deploy/deployment.ts'
import type { HostFacts } from '../../../src/fleet/deploy/probe-host.ts'
import { binaryNeeds } from '../../../src/fleet/deploy/program-binary.ts'

const facts: HostFacts = {
  uid: 1000,
  user: 'alice',
  machine: 'Linux x86_64',
  libc: 'glibc 2.36',
  missingTools: [],
  nodes: [{ path: '/usr/bin/node', version: '20.19.2' }],
  base: '/home/alice/.local/share/e2etop',
  isWritable: true,
  freeBytes: 1e9,
  deployed: undefined,
  hasService: false,
  canSudo: false,
}
const request: PlanRequest = {
  program: {
    name: '1.0.0-0123abcd',
    sentBytes: 4e6,
    bytes: 12e6,
    machines: ['x86_64'],
    nodeLeast: '20.19',
  },
  spare: {
    kind: 'node',
    version: '22.1.0',
    machine: 'x86_64',
    libc: 'glibc 2.28',
    bytes: 100e6,
  },
  isSystem: false,
  withRecorder: false,
}
const planned = (has: Partial<HostFacts>, asked: Partial<PlanRequest> = {}) =>
  planDeployment({ ...facts, ...has }, { ...request, ...asked })
const whyNot = (has: Partial<HostFacts>, asked: Partial<PlanRequest> = {}) => {
  const plan = planned(has, asked)
  return plan.kind === 'cannot' ? plan.why : plan.kind
}

describe('what to do with a host', () => {
  test('its own Node.js is taken where it is new enough, else ours', () => {
    expect(planned({})).toMatchObject({ kind: 'write', node: facts.nodes[0], bytes: 12e6 })
    const nodes = [{ path: '/usr/bin/node', version: '18.20.4' }]
    expect(planned({ nodes })).toMatchObject({ kind: 'write', node: 'ours', bytes: 112e6 })
    expect(planned({ nodes: [...nodes, ...facts.nodes] })).toMatchObject({ node: facts.nodes[0] })
  })

  test('what is in the way is named', () => {
    const old = { nodes: [{ path: '/usr/bin/node', version: '12.22.0' }] }
    expect(whyNot({ missingTools: ['tar'] })).toBe('it has no tar')
    expect(whyNot({ isWritable: false })).toMatch(/alice cannot write to \/home\/alice/)
    expect(whyNot({ machine: 'Darwin arm64' })).toMatch(/not Linux/)
    expect(whyNot({ machine: 'Linux aarch64' })).toMatch(/is aarch64.*for x86_64/)
    expect(whyNot({ freeBytes: 15e6 })).toMatch(/15\.0 MB free, and 16\.0 MB are needed/)
    expect(whyNot({ ...old, libc: 'glibc 2.17' })).toMatch(/12\.22\.0.*needs glibc 2\.28.*2\.17/)
    expect(whyNot({ nodes: [], libc: 'musl' })).toMatch(/no Node\.js.*needs glibc 2\.28.*has musl/)
    expect(whyNot({ ...old, libc: '' })).toBe('write')
    const none = { spare: { kind: 'none', why: 'it is in pieces' } } as const
    expect(whyNot(old, none)).toMatch(/20\.19 or later is needed\), and it is in pieces/)
  })

  test('root is needed for all users and for the recorder, by login or sudo', () => {
    for (const asked of [{ isSystem: true }, { withRecorder: true }]) {
      expect(whyNot({}, asked)).toMatch(/alice is not root/)
      expect(whyNot({ canSudo: true }, asked)).toBe('write')
      expect(whyNot({ uid: 0 }, asked)).toBe('write')
    }
    expect(planned({ canSudo: true, isWritable: false }, { isSystem: true })).toMatchObject({
      asRoot: true,
    })
    expect(planned({ uid: 0 }, { isSystem: true })).toMatchObject({ asRoot: false })
  })

  test('the same version is left alone where it runs', () => {
    const name = request.program.name
    expect(whyNot({ deployed: { name, says: 'e2etop 1.0.0' } })).toBe('there')
    expect(whyNot({ deployed: { name, says: '' } })).toBe('write')
    expect(whyNot({ deployed: { name: '0.9-1', says: 'e2etop 0.9' } })).toBe('write')
  })

  test('only what is there is removed, as root where root wrote it', () => {
    const deployed = { name: 'x', says: '' }
    const removal = (has: Partial<HostFacts>, isSystem = false) =>
      planRemoval({ ...facts, ...has }, { isSystem })
    expect(removal({})).toEqual({ kind: 'absent' })
    expect(removal({ deployed })).toMatchObject({ kind: 'remove', asRoot: false })
    expect(removal({ deployed, hasService: true })).toMatchObject({ kind: 'cannot' })
    expect(removal({ deployed, canSudo: true }, true)).toMatchObject({ asRoot: true })
  })
})

test('versions are compared number by number', () => {
  expect(isAtLeast('20.19.0', '20.19')).toBe(true)
  expect(isAtLeast('20.9.4', '20.19')).toBe(false)
  expect(isAtLeast('22.0.0', '20.19')).toBe(true)
  expect(isAtLeast('2.4', '2.28')).toBe(false)
})

describe('what a program needs', () => {
  test('is read of a program, and of nothing else', () => {
    const needs = binaryNeeds(readFileSync(process.execPath))
    expect(needs?.machine).toBe(process.arch === 'x64' ? 'x86_64' : needs?.machine)
    expect(binaryNeeds(Buffer.from('#!/bin/sh\n'.padEnd(100)))).toBeUndefined()
    expect(binaryNeeds(Buffer.alloc(10))).toBeUndefined()
  })

  test('is the newest of the symbol versions that it names', () => {
    const elf = Buffer.alloc(200)
    elf.write('\x7fELF', 'latin1')
    elf[5] = 1
    elf.writeUInt16LE(0xb7, 18)
    expect(binaryNeeds(elf)).toEqual({ machine: 'aarch64', libc: '' })
    elf.write('GLIBC_2.4\0GLIBC_2.28\0GLIBC_2.17\0', 100)
    expect(binaryNeeds(elf)).toEqual({ machine: 'aarch64', libc: 'glibc 2.28' })
    elf.write('/lib/ld-musl-aarch64.so.1', 70)
    expect(binaryNeeds(elf)).toEqual({ machine: 'aarch64', libc: 'musl' })
  })
})
