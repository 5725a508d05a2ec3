import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { converse } from '../lab/conversation.ts'
import { makeNamespacePair, whyNoNamespaces, type NamespacePair } from '../lab/namespace-pair.ts'
import { openTunnel, whyNoOpenvpn } from '../lab/openvpn-tunnel.ts'
import { whyNoBpf } from '../lab/why-no-bpf.ts'
import { whyNoCap } from '../lab/why-no-cap.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { TmuxTerminal, whyNoTmux } from '../sim/tmux-terminal.ts'
import { RecorderHome } from './recorder-home.ts'
import { program } from './run-program.ts'

const uids = [2002, 2003]
const settled = '; echo "CODE=$?"; exec cat'

/** The numbers of a row of the account: of lab0, tun0 and lo in the order of the screen. */
function amounts(screen: string, name: string): Readonly<Record<string, number>> {
  const lines = screen.split('\n')
  const heading = lines.find((line) => line.includes('WHERE THE BYTES WENT'))!
  const names = heading.replace('WHERE THE BYTES WENT', '').trim().split(/\s+/)
  const row = lines.find((line) => line.includes(name))!
  const numbers = row
    .slice(row.indexOf(name) + name.length)
    .trim()
    .split(/\s{2,}/)
  return Object.fromEntries(names.map((one, i) => [one, Number(numbers[i]?.replaceAll(' ', ''))]))
}

const parts = [
  'payload of processes',
  'sent again, or on its way',
  '+ headers',
  "tunnels' transport",
  'guests',
  'nobody known',
  'no IP, or not read',
  'not seen',
]

describe('the page of packets of a host whose traffic goes through OpenVPN', () => {
  skipWhere(whyNoNamespaces() ?? whyNoCap() ?? whyNoBpf() ?? whyNoOpenvpn() ?? whyNoTmux())
  const home = new RecorderHome()

  test('shows a wire of nothing but UDP 1194 beside process and user of all in it, to the byte', async () => {
    const terminal = new TmuxTerminal()
    const pair: NamespacePair = makeNamespacePair()
    const tunnel = await openTunnel(pair)
    try {
      await home.start()
      const inside = `ip netns exec ${pair.near.name} env -u CI node ${program} --socket ${home.socket}`
      terminal.start(inside + settled, 110, 44)
      await terminal.untilScreen(/bpf via recorder/)
      const shell = spawnSync('ip', ['netns', 'pids', pair.near.name], { encoding: 'utf8' })
      const capturing = () =>
        readFileSync(`/proc/${shell.stdout.split('\n')[0]}/net/packet`, 'utf8').split('\n').length >
        2
      expect(capturing()).toBe(false)
      terminal.keys('o')
      await terminal.untilScreen(/tun0 \(tunnel\)/)
      expect(capturing()).toBe(true)
      for (const uid of uids)
        await converse(pair, {
          address: tunnel.far,
          port: 5000 + uid,
          uid,
          sent: 300_000,
          answered: 5_000_000,
        })
      const screen = await terminal.untilScreen(/payload of processes .* 10 600 000 /)
      expect(screen).toMatch(
        /lab0 \(way out\) .*\n +(in clear.*\n +)?opaque \(ESP, tunnels\) .*100%/,
      )
      expect(screen).toMatch(/tun0 \(tunnel\) .*\n +in clear .*100%.* 100%/)
      expect(screen).toMatch(/openvpn +root +lab0 .* opaque \(carries a tunnel\)/)
      for (const uid of uids)
        expect(screen).toMatch(new RegExp(`node +${uid} +tun0 +5\\.30M .* clear`))
      expect(screen).toMatch(/10\.6MB of payload by 2 processes of 2 users/)
      const counted = amounts(screen, 'bytes the interface counted')
      for (const name of ['lab0', 'tun0']) {
        const sum = parts.reduce((total, part) => total + amounts(screen, part)[name]!, 0)
        expect(sum, name).toBe(counted[name])
        expect(counted[name], name).toBeGreaterThan(10_600_000)
      }
      expect(amounts(screen, 'payload of processes')).toMatchObject({ lab0: 0, tun0: 10_600_000 })
      terminal.keys('Escape')
      await terminal.until('the end of the capture', () => (capturing() ? undefined : true))
      terminal.keys('o')
      await terminal.untilScreen(/tun0 \(tunnel\)/)
      terminal.keys('q')
      expect(await terminal.untilScreen(/CODE=/)).toMatch(/CODE=0/)
      await terminal.until('the end of all processes', () =>
        spawnSync('ip', ['netns', 'pids', pair.near.name], { encoding: 'utf8' }).stdout.split('\n')
          .length <= 3
          ? true
          : undefined,
      )
    } finally {
      terminal.close()
      tunnel.close()
      pair.close()
    }
  })
})

describe('the page of packets where there are none to be seen', () => {
  skipWhere(whyNoTmux())
  let terminal: TmuxTerminal
  beforeEach(() => {
    terminal = new TmuxTerminal()
  })
  afterEach(() => terminal.close())

  test('of an invented host says so, and where to look', async () => {
    terminal.start(`env -u CI node ${program} --demo${settled}`, 80, 24)
    await terminal.untilScreen(/e2etop .*replay/)
    terminal.keys('o')
    const screen = await terminal.untilScreen(/This host is invented, and has no packets\./)
    expect(screen).toMatch(/sudo e2etop/)
    terminal.keys('Escape')
    await terminal.untilScreen(/PROCESS/)
  })

  test('a user who is not root is told what is missing, as often as they ask', async () => {
    const asNobody = 'setpriv --reuid 65534 --regid 65534 --clear-groups env -u CI HOME=/'
    terminal.start(`${asNobody} node ${program} --source sockdiag${settled}`, 80, 24)
    await terminal.untilScreen(/e2etop .*sockdiag/)
    for (let i = 0; i < 2; i++) {
      terminal.keys('o')
      await terminal.untilScreen(/Run it as root|Install a compiler/)
      terminal.keys('Escape')
      await terminal.untilScreen(/PROCESS/)
    }
    terminal.keys('q')
    expect(await terminal.untilScreen(/CODE=/)).toMatch(/CODE=0/)
  })
})
