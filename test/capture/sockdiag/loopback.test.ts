import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { skipWhere } from '../../sim/skip-where.ts'
import type { ChildReport, Heard } from './loopback-child.ts'

const isRoot = process.getuid?.() === 0
const nobody = 65_534

let report: ChildReport

/** The real source, as a user without any privilege, also where the tests run as root. */
beforeAll(async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = connect(port, '127.0.0.1')
  const [accepted] = await once(server, 'connection')
  const child = fileURLToPath(new URL('loopback-child.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', child, String(port)],
    isRoot ? { uid: nobody, gid: nobody } : {},
  )
  report = JSON.parse(stdout) as ChildReport
  client.destroy()
  accepted.destroy()
  server.close()
})

const ends = (name: string, end: Heard['end']) =>
  report.heard.filter((one) => one.name === name && one.end === end)
const last = (name: string, end: Heard['end']) => ends(name, end).at(-1)

describe('connections on loopback, seen by a user without privileges', () => {
  test.each(['v4', 'v4, server closes first', 'v6', 'v4-mapped'])(
    '%s: bytes are exact at both ends, with process and direction',
    (name) => {
      const owner = { kind: 'process', pid: report.pid, exe: process.execPath }
      const common = { closed: true, partial: false, owner }
      expect(last(name, 'client')).toMatchObject({
        ...common,
        txBytes: 1_000,
        rxBytes: 300_000,
        direction: 'outbound',
      })
      expect(last(name, 'server')).toMatchObject({
        ...common,
        txBytes: 300_000,
        rxBytes: 1_000,
        direction: 'inbound',
      })
    },
  )

  test('one that begins and ends between two looks is exact at both ends, without a process', () => {
    const owner = { kind: 'unknown', why: 'ended between two looks at the sockets' }
    expect(ends('never polled', 'client')).toMatchObject([
      { txBytes: 1_000, rxBytes: 3_000, closed: true, direction: 'outbound', owner },
    ])
    expect(ends('never polled', 'server')).toMatchObject([
      { txBytes: 3_000, rxBytes: 1_000, closed: true, owner },
    ])
  })

  test('one that is older than capture counts from there on', () => {
    expect(ends('older than capture', 'client')[0]).toMatchObject({ txBytes: 0, partial: true })
    expect(last('older than capture', 'client')).toMatchObject({
      txBytes: 50_000,
      rxBytes: 7,
      closed: true,
      partial: true,
    })
    expect(last('older than capture', 'server')).toMatchObject({ txBytes: 7, rxBytes: 50_000 })
  })

  test('addresses are those of the connection, v4-mapped ones as v4', () => {
    expect(last('v6', 'client')?.local).toBe('::1')
    expect(last('v4-mapped', 'server')?.local).toBe('127.0.0.1')
  })

  test('every connection ends once at each end', () => {
    const closed = report.heard.filter((one) => one.closed)
    expect(closed).toHaveLength(12)
  })

  test('the status says that the user is not root', () => {
    expect(report.blind.join(' ')).toContain('run as root')
  })
})

describe('sockets of another user', () => {
  skipWhere(isRoot ? undefined : 'needs root, to be two users')

  test('are seen without a process, with their account, and it says why', () => {
    expect(report.foreign.length).toBeGreaterThan(0)
    for (const owner of report.foreign)
      expect(owner).toEqual({
        kind: 'unknown',
        why: "not root: other users' sockets have no visible process",
        account: { uid: 0, user: 'root' },
      })
  })
})
