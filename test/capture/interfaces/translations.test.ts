import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  makeNamespacePair,
  runIn,
  whyNoNamespaces,
  type NamespacePair,
} from '../../lab/namespace-pair.ts'
import { skipWhere } from '../../sim/skip-where.ts'

const whyNoNft = spawnSync('nft', ['--version']).status === 0 ? undefined : 'needs nft (nftables)'
const guest = { v4: '10.98.0.2', v6: 'fd98::2' }
const router = { v4: '10.98.0.1', v6: 'fd98::1' }

const rules = `
table inet lab {
  chain out {
    type nat hook postrouting priority 100
    ip saddr ${guest.v4} oif lab0 masquerade
    ip6 saddr ${guest.v6} oif lab0 masquerade
  }
  chain in {
    type nat hook prerouting priority -100
    iif lab0 udp dport 8080 dnat ip to ${guest.v4}:80
  }
}`

describe('translations of a host that routes for a guest', () => {
  skipWhere(whyNoNamespaces() ?? whyNoNft)
  let pair: NamespacePair
  let container: ChildProcess

  beforeEach(async () => {
    pair = makeNamespacePair()
    const near = (...words: string[]) =>
      execFileSync('ip', ['netns', 'exec', pair.near.name, ...words], { stdio: 'pipe' })
    container = runIn(pair.near, ['unshare', '-n', 'sh', '-c', 'echo up; exec sleep 60'])
    await once(container.stdout!, 'data')
    const inside = (...words: string[]) =>
      execFileSync('nsenter', ['-t', String(container.pid), '-n', 'ip', ...words])
    const peer = ['peer', 'name', 'eth9', 'netns', String(container.pid)]
    near('ip', 'link', 'add', 'veth9', 'type', 'veth', ...peer)
    near('ip', 'link', 'set', 'veth9', 'up')
    inside('link', 'set', 'eth9', 'up')
    for (const version of ['v4', 'v6'] as const) {
      const bits = version === 'v4' ? 24 : 64
      const now = version === 'v4' ? [] : ['nodad']
      near('ip', 'address', 'add', `${router[version]}/${bits}`, 'dev', 'veth9', ...now)
      inside('address', 'add', `${guest[version]}/${bits}`, 'dev', 'eth9', ...now)
      inside('route', 'add', 'default', 'via', router[version])
    }
    near('sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1')
    near('nft', rules)
  })
  afterEach(() => {
    container.kill('SIGKILL')
    pair.close()
  })

  /** One datagram each, from a port that the guest chooses. */
  const send = (from: 'guest' | 'far', port: number, to: string, toPort: number) => {
    const python = [
      `import socket`,
      `s = socket.socket(socket.AF_INET6 if ':' in '${to}' else socket.AF_INET, socket.SOCK_DGRAM)`,
      `s.bind(('', ${port}))`,
      `s.sendto(b'x', ('${to}', ${toPort}))`,
    ].join('\n')
    const enter =
      from === 'guest'
        ? ['nsenter', '-t', String(container.pid), '-n']
        : ['ip', 'netns', 'exec', pair.far.name]
    execFileSync(enter[0]!, [...enter.slice(1), '/usr/bin/python3', '-c', python])
  }

  test('are all of them, those of before, those that pass in a moment, and those that lead in', async () => {
    send('guest', 5001, pair.far.v4, 53)
    const words = ['netns', 'exec', pair.near.name, process.execPath, '--import', 'tsx']
    const program = 'test/capture/interfaces/say-translations.ts'
    const child = spawn('ip', [...words, program], { stdio: ['pipe', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    send('guest', 5002, pair.far.v4, 53)
    send('guest', 5003, pair.far.v6, 53)
    send('far', 5004, pair.near.v4, 8080)
    // Of nobody's translation.
    send('far', 5005, pair.near.v4, 8081)
    // Gone from the table, but not from what was heard.
    execFileSync('ip', ['netns', 'exec', pair.near.name, 'nft', 'flush', 'ruleset'])
    if (spawnSync('conntrack', ['--version']).status === 0)
      spawnSync('ip', ['netns', 'exec', pair.near.name, 'conntrack', '-F'])
    child.stdin.write('\n')
    const [said] = (await once(child.stdout, 'data')) as [Buffer]
    const { known, missed } = JSON.parse(said.toString()) as { known: string[][]; missed: boolean }
    expect(missed).toBe(false)
    const udp = known.map((ends) => ends.join(' | ')).filter((text) => text.startsWith('17 '))
    const outside = (port: number) => `17 ${guest.v4} ${port} > ${pair.far.v4} 53`
    const expected = [
      ...[5001, 5002].map(
        (port) => `${outside(port)} | 17 ${pair.near.v4} ${port} > ${pair.far.v4} 53`,
      ),
      `17 ${guest.v6} 5003 > ${pair.far.v6} 53 | 17 ${pair.near.v6} 5003 > ${pair.far.v6} 53`,
      `17 ${pair.far.v4} 5004 > ${pair.near.v4} 8080 | 17 ${pair.far.v4} 5004 > ${guest.v4} 80`,
    ]
    expect(new Set(udp)).toEqual(new Set(expected))
  })
})
