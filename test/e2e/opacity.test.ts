import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { converse } from '../lab/conversation.ts'
import { makeNamespacePair, whyNoNamespaces, type NamespacePair } from '../lab/namespace-pair.ts'
import { openTunnel, whyNoOpenvpn, type Tunnel } from '../lab/openvpn-tunnel.ts'
import { whyNoBpf } from '../lab/why-no-bpf.ts'
import { whyNoCap } from '../lab/why-no-cap.ts'
import { startCapturing } from '../lab/wire-program.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { runProgram, startProgram } from './run-program.ts'

interface Traffic {
  readonly packets: number
  readonly wire_bytes: number
}
interface Line {
  readonly type: string
  readonly interface?: string
  readonly kind?: string
  readonly counted: Traffic
  readonly account: Readonly<Record<string, number>>
  readonly classes: Readonly<Record<string, Traffic & { readonly owned: Traffic }>>
  readonly sockets: Readonly<Record<string, number>>
}
const lines = (stdout: string) =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line)

const uids = [2002, 2003]
/** Until the look has surely begun: it does at the recorder's first tick. */
const beginMs = 4_000
/** Until what the sockets counted of the last of it has surely been asked for: at the recorder's next tick. */
const endMs = 3_000
/** Ended by an interrupt: how long the traffic takes is up to the machine. */
const look = ['--for', '5m', '--format', 'json']

/** On the machine itself: `ip netns exec` hides the cgroup hierarchy that BPF capture of datagrams needs. */
async function startRecorder(folder: string) {
  chmodSync(folder, 0o755)
  const at = ['--socket', join(folder, 'run', 'all.sock')]
  const config = join(folder, 'config.json')
  writeFileSync(config, '{}')
  const places = [...at, '--data-dir', join(folder, 'log'), '--config', config]
  const { child } = startProgram(['record', ...places])
  for await (const piece of child.stderr) if (String(piece).includes('recording from')) break
  return { at, close: () => child.kill('SIGKILL') }
}

describe('e2etop opacity on a host whose traffic goes through OpenVPN', () => {
  const why = whyNoNamespaces() ?? whyNoCap() ?? whyNoBpf() ?? whyNoOpenvpn()
  skipWhere(why)
  let pair: NamespacePair | undefined
  let tunnel: Tunnel | undefined
  let recorder: Awaited<ReturnType<typeof startRecorder>> | undefined
  const folder = mkdtempSync(join(tmpdir(), 'e2etop-opacity-'))
  let found: readonly Line[] = []
  let onWire: readonly Record<string, unknown>[] = []
  let ended: { readonly code: number | null; readonly stderr: string } | undefined

  beforeAll(async () => {
    if (why !== undefined) return
    pair = makeNamespacePair()
    tunnel = await openTunnel(pair)
    recorder = await startRecorder(folder)
    const opacity = await startCapturing(pair.near, ['opacity', ...look, ...recorder.at], 3)
    const wire = await startCapturing(pair.near, ['wire', '--interface', 'lab0', ...look])
    await setTimeout(beginMs)
    const talk = { address: tunnel.far, sent: 300_000, answered: 5_000_000 }
    for (const uid of uids) await converse(pair, { ...talk, uid, port: 5000 + uid })
    await setTimeout(endMs)
    process.kill(opacity.pid, 'SIGINT')
    process.kill(wire.pid, 'SIGINT')
    const done = await opacity.finished
    ended = { code: done.code, stderr: done.stderr }
    found = lines(done.stdout)
    onWire = (await wire.finished).stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  })
  afterAll(() => {
    recorder?.close()
    tunnel?.close()
    pair?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const view = (name: string) =>
    found.find((line) => line.type === 'interface' && line.interface === name)!
  const ownersAt = (name: string) =>
    found.filter((line) => line.type === 'owner' && line.interface === name)

  test('the wire sees one flow of UDP 1194, which is opaque, and neither ports nor users of the rest', () => {
    const flows = onWire.filter(({ protocol }) => protocol === 'tcp' || protocol === 'udp')
    expect(flows).toMatchObject([{ protocol: 'udp', remote_port: 1194, opacity: 'opaque' }])
    const { opaque, clear, encrypted } = view('lab0').classes
    expect(opaque!.wire_bytes).toBeGreaterThan(10_600_000)
    // Neighbour discovery.
    expect(clear!.wire_bytes).toBeLessThan(5_000)
    expect(encrypted!.packets).toBe(0)
    expect(opaque!.owned).toEqual({ packets: opaque!.packets, wire_bytes: opaque!.wire_bytes })
    expect(ownersAt('lab0')).toMatchObject([{ process: 'openvpn', user: 'root', carrier: true }])
  })

  test('the sockets name process and user of each flow in it, with exact bytes', () => {
    expect(view('tun0')).toMatchObject({ kind: 'tunnel' })
    const owners = ownersAt('tun0').toSorted((a, b) =>
      JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
    )
    expect(owners).toMatchObject(
      uids.map((uid) => ({ process: 'node', user: String(uid), payload_bytes: 5_300_000 })),
    )
  })

  test('the host has what its processes sent and received, without the carrier, once', () => {
    const host = found.find(({ type }) => type === 'host')!
    expect(host).toMatchObject({ outer_interfaces: ['lab0'] })
    expect(host.sockets).toMatchObject({ owned_payload_bytes: 10_600_000, processes: 2, users: 2 })
    expect(host.sockets['carrier_payload_bytes']).toBeGreaterThan(10_600_000)
    expect(host.classes).toEqual(view('lab0').classes)
  })

  test('all bytes that an interface counted are accounted for', () => {
    for (const name of ['lab0', 'tun0', 'lo']) {
      const { account, counted } = view(name)
      const sum = Object.values(account).reduce((total, bytes) => total + bytes, 0)
      expect(sum, name).toBe(counted.wire_bytes)
      expect(account['difference_bytes'], name).toBe(0)
    }
    expect(view('tun0').account).toMatchObject({ payload_bytes: 10_600_000, carrier_bytes: 0 })
    expect(view('lab0').account).toMatchObject({ payload_bytes: 0 })
    // And nothing else is missing.
    expect(ended).toEqual({
      code: 3,
      stderr: 'e2etop: interrupted: the look was shorter than asked for\n',
    })
  })
})

describe('e2etop opacity', () => {
  test.each([
    [['--interface', 'no-such'], 1, /no interface 'no-such' here/],
    [['--for', 'soon'], 2, /--for takes a time/],
    [['file'], 2, /one word too many/],
  ])('%s exits %s with one clear line', async (args, expected, message) => {
    const { code, stdout, stderr } = await runProgram(['opacity', ...args])
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
    expect(stderr).toMatch(message)
  })
})
