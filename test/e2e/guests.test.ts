import { execFileSync, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import {
  makeNamespacePair,
  runIn,
  whyNoNamespaces,
  type NamespacePair,
} from '../lab/namespace-pair.ts'
import { whyNoBpf } from '../lab/why-no-bpf.ts'
import { whyNoCap } from '../lab/why-no-cap.ts'
import { startCapturing } from '../lab/wire-program.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { RecorderHome } from './recorder-home.ts'

const whyNoNft = spawnSync('nft', ['--version']).status === 0 ? undefined : 'needs nft (nftables)'
const beginMs = 2_500
/** Loopback, the cable, two machines and a container. */
const interfaces = 5
const headers = 14 + 20 + 8

/** Two virtual machines and a container behind the near namespace, and the far one beyond it. */
class Lab {
  readonly pair: NamespacePair = makeNamespacePair()
  readonly #children: ChildProcess[] = []

  near(...command: string[]): void {
    execFileSync('ip', ['netns', 'exec', this.pair.near.name, ...command])
  }

  start(command: readonly string[], stdin: 'pipe' | 'ignore' = 'ignore'): ChildProcess {
    const child = runIn(this.pair.near, command, { stdio: [stdin, 'pipe', 'inherit'] })
    this.#children.push(child)
    return child
  }

  route(): void {
    this.near('sysctl', '-qw', 'net.ipv4.ip_forward=1')
    // What the near host routes by is its way out.
    this.near('ip', 'route', 'add', 'default', 'via', this.pair.far.v4)
    this.near('nft', 'add table ip lab')
    const hook = '{ type nat hook postrouting priority 100 ; }'
    this.near('nft', `add chain ip lab out ${hook}`)
    this.near('nft', 'add rule ip lab out ip saddr 10.99.0.0/16 oif lab0 masquerade')
  }

  /** Two of them are told apart by their number. */
  async machine(number: number): Promise<ChildProcess> {
    const tap = `tap${number}`
    const mac = `02:00:00:00:00:0${number}`
    const words = [tap, mac, `10.99.${number}.2`]
    const child = this.start(['python3', 'test/lab/tap-guest.py', ...words], 'pipe')
    await once(child.stdout!, 'data')
    this.near('ip', 'link', 'set', tap, 'address', mac, 'up')
    this.near('ip', 'address', 'add', `10.99.${number}.1/24`, 'dev', tap)
    return child
  }

  async container(): Promise<ChildProcess> {
    const child = this.start(['unshare', '-n', 'sh', '-c', 'echo up; exec sleep 60'])
    await once(child.stdout!, 'data')
    const inside = (...words: string[]) =>
      execFileSync('nsenter', ['-t', String(child.pid), '-n', 'ip', ...words])
    const peer = ['peer', 'name', 'eth9', 'netns', String(child.pid)]
    this.near('ip', 'link', 'add', 'veth9', 'type', 'veth', ...peer)
    this.near('ip', 'link', 'set', 'veth9', 'up')
    this.near('ip', 'address', 'add', '10.98.0.1/24', 'dev', 'veth9')
    inside('link', 'set', 'eth9', 'up')
    inside('address', 'add', '10.98.0.2/24', 'dev', 'eth9')
    inside('route', 'add', 'default', 'via', '10.98.0.1')
    return child
  }

  close(): void {
    for (const child of this.#children) child.kill('SIGKILL')
    this.pair.close()
  }
}

async function send(machine: ChildProcess, to: string, count: number, length: number) {
  machine.stdin!.write(`${to} ${count} ${length}\n`)
  await once(machine.stdout!, 'data')
}

describe('e2etop opacity on a host of guests', () => {
  skipWhere(whyNoNamespaces() ?? whyNoCap() ?? whyNoBpf() ?? whyNoNft)
  const home = new RecorderHome()

  test('flows without a socket are of the machine or container behind their interface, also past NAT', async () => {
    const lab = new Lab()
    try {
      await home.start()
      lab.route()
      const machines = [await lab.machine(1), await lab.machine(2)]
      const container = await lab.container()
      const look = ['--for', '8s', '--format', 'json', '--socket', home.socket]
      const { finished } = await startCapturing(lab.pair.near, ['opacity', ...look], interfaces)
      await setTimeout(beginMs)
      await send(machines[0]!, lab.pair.far.v4, 20, 500)
      await send(machines[1]!, lab.pair.far.v4, 30, 700)
      await send(machines[1]!, '10.98.0.2', 5, 100)
      const { stdout } = await finished
      const lines = stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>)
      const guestsAt = (name: string) =>
        lines
          .filter((line) => line['type'] === 'owner' && line['interface'] === name && line['guest'])
          .map(({ pid, packets, wire_bytes: bytes }) => ({ pid, packets, bytes }))
      const one = { pid: machines[0]!.pid, packets: 20, bytes: 20 * (500 + headers) }
      const two = { pid: machines[1]!.pid, packets: 30, bytes: 30 * (700 + headers) }
      expect(guestsAt('tap1')).toEqual([one])
      expect(guestsAt('lab0')).toEqual([two, one])
      expect(guestsAt('tap2').map(({ pid }) => pid)).toEqual([two.pid])
      // And who has no socket for them says so by ICMP.
      expect(guestsAt('veth9').map(({ pid }) => pid)).toEqual([container.pid])
    } finally {
      lab.close()
    }
  })
})
