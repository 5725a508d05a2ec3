import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { directions, endReasons, tcpStates, type FlowRecord } from '../../src/model/flow.ts'
import { accountOf, type Owner } from '../../src/model/owner.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { BusyHost } from './busy-host.ts'
import { at, epoch, maintainAll, openLog, options, scratchDirectory } from './scratch-log.ts'

const python = spawnSync('python3', ['--version'])

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

function owned(owner: Owner) {
  const process = owner.kind === 'process' ? owner : undefined
  return {
    kind: ['process', 'kernel', 'unknown'].indexOf(owner.kind),
    pid: process?.pid ?? 0,
    start: process?.start ?? 0,
    parent_pid: process?.parentPid ?? 0,
    process: process?.process ?? '',
    exe: process?.exe ?? '',
    uid: accountOf(owner)?.uid ?? 0,
    user: accountOf(owner)?.user ?? '',
    cgroup: process?.cgroup ?? '',
    container: process?.container ?? '',
    why: owner.kind === 'unknown' ? owner.why : '',
  }
}

/** A record as FORMAT.md says that it is stored. */
const stored = (flow: FlowRecord) => ({
  kind: 'flow',
  host: options.hostId,
  boot: options.bootId.replaceAll('-', ''),
  id: flow.id,
  start: Math.floor(flow.start),
  end: Math.floor(flow.end),
  protocol: flow.protocol,
  local_address: hex(flow.localAddress),
  local_port: flow.localPort,
  remote_address: hex(flow.remoteAddress),
  remote_port: flow.remotePort,
  direction: directions.indexOf(flow.direction),
  owner: owned(flow.owner),
  actor: flow.actor ? owned(flow.actor) : null,
  netns: flow.netns,
  tx_bytes: flow.txBytes,
  rx_bytes: flow.rxBytes,
  tx_packets: flow.txPackets,
  rx_packets: flow.rxPackets,
  rtt_us: flow.rttUs,
  retransmits: flow.retransmits,
  state: tcpStates.indexOf(flow.state),
  end_reason: endReasons.indexOf(flow.endReason),
  flags: flow.flags,
})

describe('FORMAT.md', () => {
  skipWhere(python.status === 0 ? undefined : 'needs python3')

  test('is enough to read a log by: another program finds each row and gap, sealed or not', async () => {
    const path = scratchDirectory()
    const host = new BusyHost(1, epoch)
    const account = { uid: 1000, user: 'alice' }
    const strange: Owner[] = [{ kind: 'kernel' }, { kind: 'unknown', why: 'not root', account }]
    const rows = [1, 40, 300].map((count) => host.rows(count))
    rows.push(host.rows(2).map((flow, i) => ({ ...flow, owner: strange[i]!, actor: strange[1] })))
    const lost = { from: at(1).wall, to: at(2).wall, reason: 'ring-full', count: 3 }
    const log = await openLog(path)
    rows.slice(0, 2).forEach((some, n) => log.append(some, n === 1 ? [lost] : [], at(n)))
    log.close(at(10))
    const next = await openLog(path, at(20))
    maintainAll(next, 20)
    rows.slice(2).forEach((some, n) => next.append(some, [], at(30 + n)))
    const program = join(import.meta.dirname, 'read-format.py')
    const { stdout, stderr, status } = spawnSync('python3', [program, path], { encoding: 'utf8' })
    expect([stderr, status]).toEqual(['', 0])
    const lines = stdout.trimEnd().split('\n')
    const found = lines.map((line) => JSON.parse(line) as { kind: string })
    expect(found.filter(({ kind }) => kind === 'flow')).toEqual(rows.flat().map(stored))
    expect(found.filter(({ kind }) => kind === 'gap')).toEqual([
      { kind: 'gap', ...lost },
      { kind: 'gap', from: at(10).wall, to: at(20).wall, reason: 'recorder down', count: 0 },
    ])
  })
})
