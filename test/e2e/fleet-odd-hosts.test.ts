import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serveCommand, SshHosts, whyNoSshHosts } from '../lab/ssh-hosts.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { jsonLines } from './run-program.ts'

/** Listens, and says nothing to whoever comes. */
const mute = `require('net').createServer(() => {}).listen(2401, () => console.log('listens'))`

/** By the port of an sshd on the host `odd`: its own settings. */
const sshds: Readonly<Record<string, readonly string[]>> = {
  2402: ['ForceCommand sleep 100000'],
  2403: ['MaxStartups 2:100:3', 'MaxSessions 1'],
  2404: ['ForceCommand echo "sh: 1: e2etop: not found" >&2; exit 127'],
  2405: ['AllowTcpForwarding no'],
  2406: [
    'Banner /etc/hostname',
    `ForceCommand echo '{"type":"host"}'; echo warning >&2; exec $SSH_ORIGINAL_COMMAND`,
  ],
}

/** Besides two ordinary ones: where each is, what more ssh is told of it, and how it ends. */
const hosts = {
  hang: { at: ['odd', 2401], state: 'unreachable', why: /^no login within 2 s$/ },
  stuck: { at: ['odd', 2402], state: 'late', why: /it said nothing within 10 s/ },
  full: { at: ['odd', 2403], state: 'answered', why: /^$/ },
  old: { at: ['odd', 2404], state: 'no e2etop', why: /`e2etop deploy` puts one there/ },
  noforward: { at: ['odd', 2405], state: 'answered', why: /^$/ },
  noisy: { at: ['odd', 2406], state: 'answered', why: /^$/ },
  refused: { at: ['odd', 2407], state: 'unreachable', why: /^nothing listens there$/ },
  drop: { at: ['deaf', 22], state: 'unreachable', why: /^no login within 2 s$/ },
  inner: { at: ['odd', 2403], over: 'web1', state: 'answered', why: /^$/ },
  behind: { at: ['web2', 22], over: 'noforward', state: 'unreachable', why: /does not forward to/ },
  down: {
    at: ['10.91.0.99', 22],
    state: 'unreachable',
    why: /^(no route to it|no login within 2 s)$/,
  },
} as const

describe('odd hosts', () => {
  const why = whyNoSshHosts()
  skipWhere(why)
  let lab: SshHosts
  const path = (name: string) => join(lab.directory, name)

  beforeAll(async () => {
    if (why !== undefined) return
    lab = new SshHosts(['web1', 'web2', 'odd', 'deaf'])
    await lab.ready()
    const listening = lab.spawnOn('odd', [process.execPath, '-e', mute], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise((said) => listening.stdout!.once('data', said))
    for (const [port, settings] of Object.entries(sshds)) {
      const config = path(`odd${port}.conf`)
      // The first value counts.
      writeFileSync(config, `${settings.join('\n')}\n${readFileSync(path('odd.conf'), 'utf8')}`)
      lab.spawnOn('odd', ['/usr/sbin/sshd', '-D', '-f', config, '-p', port], { stdio: 'ignore' })
    }
    // The way back to the console.
    lab.spawnOn('deaf', ['ip', 'route', 'add', 'blackhole', '10.91.0.254/32'])
    const blocks = Object.entries(hosts).map(([name, { at, ...more }]) => {
      const [host, port] = at
      const address = lab.hosts.find((one) => one.name === host)?.address ?? host
      const over = 'over' in more ? `  ProxyJump ${more.over}\n` : ''
      return `Host ${name}\n  HostName ${address}\n  HostKeyAlias ${host}\n  Port ${port}\n  ConnectTimeout 2\n${over}`
    })
    writeFileSync(path('odd_config'), blocks.join('') + readFileSync(lab.config, 'utf8'))
    writeFileSync(path('fleet.json'), JSON.stringify({ command: serveCommand() }))
  })
  afterAll(() => lab?.close())

  test('end in their states, each within its time, and harm no other', async () => {
    const names = [...Object.keys(hosts), 'web1', 'web2']
    const where = ['-H', names.join(','), '-F', path('odd_config')]
    const how = ['--fleet-config', path('fleet.json'), '--format', 'json']
    const { stdout, code } = await lab.console(['hosts', ...where, ...how])
    const found = jsonLines(stdout).map(({ host, state, why }) => ({ host, state, why }))
    expect(found).toEqual([
      ...Object.entries(hosts).map(([host, { state, why }]) => ({
        host,
        state,
        why: expect.stringMatching(why) as string,
      })),
      { host: 'web1', state: 'answered', why: '' },
      { host: 'web2', state: 'answered', why: '' },
    ])
    expect(code).toBe(3)
  })
})
