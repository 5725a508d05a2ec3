import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serveCommand, SshHosts, whyNoSshHosts } from '../lab/ssh-hosts.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { TmuxTerminal, whyNoTmux } from '../sim/tmux-terminal.ts'
import { jsonLines, program } from './run-program.ts'

const passphrase = 'two words'

/** Other ways into one machine: its sshd again, with these settings, at these ports. */
const sshds = {
  2222: [],
  2223: ['HostCertificate=$DIR/web1.key-cert.pub'],
  2224: ['KexAlgorithms=sntrup761x25519-sha512@openssh.com'],
  2225: ['MaxAuthTries=3'],
} as const

/** What start-up files may print, of which some looks like ours. */
const noise = `echo '{"type":"greeting"}'; echo "e2etop-serve 0123456789abcdef"; printf '\\033[2J\\0'; sleep 1`

interface Way {
  readonly settings: readonly string[]
  readonly state: 'answered' | 'refused' | 'unreachable'
  readonly why: RegExp
}

/** Each a Host of ssh_config. */
const ways: Readonly<Record<string, Way>> = {
  'over-two': {
    settings: [
      'HostName 127.0.0.1',
      'ProxyJump web1,web2',
      'HostKeyAlias web2',
      'IdentityFile $DIR/login',
    ],
    state: 'answered',
    why: /^$/,
  },
  'over-none': {
    settings: ['HostName 127.0.0.1', 'HostKeyAlias web2', 'IdentityFile $DIR/login'],
    state: 'unreachable',
    why: /nothing listens there/,
  },
  'over-wrong': {
    settings: [
      'HostName 127.0.0.1',
      'ProxyJump web1,web2',
      'HostKeyAlias web1',
      'IdentityFile $DIR/login',
    ],
    state: 'refused',
    why: /host key is not the known one/,
  },
  agent: {
    settings: ['IdentityFile none', 'IdentityAgent $DIR/agent'],
    state: 'answered',
    why: /^$/,
  },
  'no-agent': {
    settings: ['IdentityFile none', 'IdentityAgent none'],
    state: 'refused',
    why: /keys of root/,
  },
  'one-identity': {
    settings: [
      'Port 2225',
      'IdentityAgent $DIR/agent',
      'IdentitiesOnly yes',
      'IdentityFile $DIR/public',
    ],
    state: 'answered',
    why: /^$/,
  },
  'all-identities': {
    settings: ['Port 2225', 'IdentityAgent $DIR/agent', 'IdentityFile none'],
    state: 'refused',
    why: /lets root try only so many keys: name the right one with IdentityFile/,
  },
  locked: {
    settings: ['IdentityFile $DIR/locked'],
    state: 'refused',
    why: /locked is encrypted and its passphrase was not given/,
  },
  hashed: {
    settings: ['UserKnownHostsFile $DIR/hashed', 'IdentityFile $DIR/login'],
    state: 'answered',
    why: /^$/,
  },
  revoked: {
    settings: ['UserKnownHostsFile $DIR/revoked', 'IdentityFile $DIR/login'],
    state: 'refused',
    why: /is revoked in known_hosts/,
  },
  unknown: {
    settings: ['UserKnownHostsFile $DIR/nobody', 'IdentityFile $DIR/login'],
    state: 'refused',
    why: /is not known; check it and connect once with: ssh unknown/,
  },
  port: {
    settings: ['Port 2222', 'UserKnownHostsFile $DIR/port-2222', 'IdentityFile $DIR/login'],
    state: 'answered',
    why: /^$/,
  },
  'other-port': {
    settings: ['UserKnownHostsFile $DIR/port-2222', 'IdentityFile $DIR/login'],
    state: 'refused',
    why: /is not known/,
  },
  'alias-at-other-port': {
    settings: ['Port 2222', 'HostKeyAlias web1', 'IdentityFile $DIR/login'],
    state: 'answered',
    why: /^$/,
  },
  'alias-changed': {
    settings: ['Port 2222', 'HostKeyAlias web2', 'IdentityFile $DIR/login'],
    state: 'refused',
    why: /its host key is not the known one/,
  },
  authority: {
    settings: ['Port 2223', 'UserKnownHostsFile $DIR/authority', 'IdentityFile $DIR/login'],
    state: 'answered',
    why: /^by the system's ssh, for a host certificate's check$/,
  },
  'other-authority': {
    settings: ['Port 2223', 'UserKnownHostsFile $DIR/other-authority', 'IdentityFile $DIR/login'],
    state: 'refused',
    why: /host key verification failed/i,
  },
  quantum: {
    settings: ['Port 2224', 'IdentityFile $DIR/login'],
    state: 'answered',
    why: /^by the system's ssh, for its key exchange$/,
  },
  noisy: {
    settings: ['HostName 10.91.0.3', 'IdentityFile $DIR/login'],
    state: 'answered',
    why: /^$/,
  },
}

describe('ways to log in to hosts over SSH', () => {
  const why = whyNoSshHosts()
  skipWhere(why)
  let lab: SshHosts
  let agent: ChildProcess
  let states: Readonly<Record<string, Record<string, unknown>>> = {}
  const path = (name: string) => join(lab.directory, name)
  const filled = (text: string) => text.replaceAll('$DIR', lab.directory)
  const keygen = (...args: readonly string[]) => execFileSync('ssh-keygen', ['-q', ...args])
  const newKey = (name: string, words = '') =>
    keygen('-t', 'ed25519', '-N', words, '-C', name, '-f', path(name))
  const knownAs = (name: string, lines: string) => writeFileSync(path(name), lines)

  const listening = async (port: number) => {
    for (let tries = 0; tries < 100; tries++) {
      const child = lab.spawnOn('web1', ['ss', '-ltnH', 'sport', '=', `:${port}`], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let text = ''
      child.stdout!.on('data', (piece: Buffer) => (text += piece.toString()))
      await once(child, 'close')
      if (text !== '') return
      await new Promise((done) => setTimeout(done, 30))
    }
    throw new Error(`nothing listens at ${port}`)
  }

  const makeKeys = async () => {
    copyFileSync(path('login.pub'), path('public.pub'))
    newKey('locked', passphrase)
    appendFileSync(path('login.pub'), readFileSync(path('locked.pub')))
    newKey('authority.key')
    newKey('other.key')
    keygen('-s', path('authority.key'), '-h', '-I', 'web1', '-n', '10.91.0.1', path('web1.key.pub'))
    agent = spawn('ssh-agent', ['-D', '-a', path('agent')], { stdio: 'ignore' })
    const others = Array.from({ length: 5 }, (_, i) => `other${i}`)
    others.forEach((name) => newKey(name))
    for (let tries = 0; ; tries++) {
      try {
        const env = { ...process.env, SSH_AUTH_SOCK: path('agent') }
        execFileSync('ssh-add', ['-q', ...[...others, 'login'].map(path)], { env, stdio: 'pipe' })
        return
      } catch (error) {
        if (tries > 50) throw error
        await new Promise((done) => setTimeout(done, 30))
      }
    }
  }

  const makeKnown = () => {
    const known = readFileSync(path('known_hosts'), 'utf8')
    const key = readFileSync(path('web1.key.pub'), 'utf8')
    copyFileSync(path('known_hosts'), path('hashed'))
    keygen('-H', '-f', path('hashed'))
    knownAs('revoked', `${known}@revoked * ${key}`)
    knownAs('nobody', '')
    knownAs('port-2222', `[10.91.0.1]:2222 ${key}`)
    knownAs('authority', `@cert-authority * ${readFileSync(path('authority.key.pub'), 'utf8')}`)
    knownAs('other-authority', `@cert-authority * ${readFileSync(path('other.key.pub'), 'utf8')}`)
  }

  const makeConfig = () => {
    const blocks = Object.entries(ways).map(
      ([name, { settings }]) => `Host ${name}\n${settings.map((line) => `  ${line}\n`).join('')}`,
    )
    const shared = [
      'HostName 10.91.0.1',
      'User root',
      'UserKnownHostsFile $DIR/known_hosts',
      'GlobalKnownHostsFile none',
      'ConnectTimeout 5',
    ]
    const jumps = ['web1', 'web2'].map(
      (name) => `Host ${name}\n  HostName ${lab.host(name).address}\n  IdentityFile $DIR/login\n`,
    )
    const two = 'Host locked-too\n  IdentityFile $DIR/locked\n'
    const all = `Host *\n${shared.map((line) => `  ${line}\n`).join('')}`
    writeFileSync(path('ways'), filled([...blocks, ...jumps, two, all].join('')))
    writeFileSync(path('fleet.json'), JSON.stringify({ command: serveCommand() }))
  }

  beforeAll(async () => {
    if (why !== undefined) return
    lab = new SshHosts(['web1', 'web2', 'noisy'])
    await lab.ready()
    await makeKeys()
    makeKnown()
    makeConfig()
    for (const [port, options] of Object.entries(sshds)) {
      const more = options.flatMap((option) => ['-o', filled(option)])
      const words = ['/usr/sbin/sshd', '-D', '-f', path('web1.conf'), '-p', port, ...more]
      lab.spawnOn('web1', words, { stdio: 'ignore' })
    }
    writeFileSync(path('banner'), 'Authorised staff only.\n{"type":"answer"}\n')
    appendFileSync(path('noisy.conf'), `Banner ${path('banner')}\n`)
    process.kill(lab.host('noisy').pid, 'SIGHUP')
    const startUp = ['sh', '-c', `cat > ${lab.directory}/home/.bashrc`]
    lab.spawnOn('noisy', startUp, { stdio: ['pipe', 'ignore', 'inherit'] }).stdin!.end(noise)
    await Promise.all(Object.keys(sshds).map((port) => listening(Number(port))))
    const places = ['-F', path('ways'), '--fleet-config', path('fleet.json')]
    const hosts = ['hosts', '-H', Object.keys(ways).join(','), ...places, '--format', 'json']
    const { stdout, stderr } = await lab.console(hosts)
    const lines = jsonLines(stdout)
    if (lines.length === 0) throw new Error(stderr)
    states = Object.fromEntries(lines.map((line) => [String(line['host']), line]))
  })
  afterAll(() => {
    agent?.kill()
    lab?.close()
  })

  test.each(Object.entries(ways))('%s', (name, { state, why: reason }) => {
    expect(states[name]).toMatchObject({ state, why: expect.stringMatching(reason) as string })
  })

  test('ask for the passphrase of a key once, however many hosts it is for', async (context) => {
    const noTmux = whyNoTmux()
    if (noTmux !== undefined) context.skip(noTmux)
    const terminal = new TmuxTerminal()
    const home = ['env', `HOME=${lab.directory}`]
    const places = ['-F', path('ways'), '--fleet-config', path('fleet.json')]
    const words = [
      process.execPath,
      resolve(program),
      'hosts',
      '-H',
      'locked,locked-too',
      ...places,
    ]
    const command = [...lab.consoleNamespace, ...home, ...words].join(' ')
    try {
      terminal.start(`${command}; echo "CODE=$?"; exec cat`, 120, 20)
      await terminal.untilScreen(/Passphrase of \S+locked:/)
      terminal.keys('-l', passphrase)
      terminal.keys('Enter')
      const screen = await terminal.untilScreen(/CODE=/)
      expect(screen).toMatch(/^locked +answered /m)
      expect(screen).toMatch(/^locked-too +answered /m)
      expect(screen.split('Passphrase of').length).toBe(2)
      expect(screen).not.toContain(passphrase)
    } finally {
      terminal.close()
    }
  })
})
