import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serveCommand, SshHosts, whyNoSshHosts } from '../lab/ssh-hosts.ts'
import { skipWhere } from '../sim/skip-where.ts'

const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms))

/** Greets as a host does, writes its pid into a file for each piece of a question, and never answers. */
const silentHost = `
const { appendFileSync } = require('fs')
let opened = false
process.stdin.on('data', (piece) => {
  if (opened) return appendFileSync(process.argv[2], process.pid + ' ')
  opened = true
  const marker = piece.toString('latin1').slice('e2etop-ask '.length, 43)
  const json = JSON.stringify({ protocol: 1, oldest: 1, version: '1', host: 'x', at: Date.now() })
  const head = Buffer.alloc(5)
  head.writeUInt32LE(json.length + 1)
  head[4] = 1
  process.stdout.write('e2etop-serve ' + marker + '\\n')
  process.stdout.write(Buffer.concat([head, Buffer.from(json)]))
})`

interface HostLine {
  readonly type: string
  readonly host: string
  readonly state: string
  readonly why: string
}

describe('hosts over SSH that fail', () => {
  const why = whyNoSshHosts()
  skipWhere(why)
  let lab: SshHosts
  const path = (name: string) => join(lab.directory, name)

  const fleetConfig = (name: string, command: string): string => {
    writeFileSync(path(name), JSON.stringify({ command }))
    return path(name)
  }
  const hostsOf = (text: string) =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as HostLine)
      .filter(({ type }) => type === 'host')
  const ask = async (command: string, config: string, ...more: readonly string[]) => {
    const options = ['--fleet-config', config, '--format', 'json', ...more]
    const ssh = more.includes('-F') ? [] : ['-F', lab.config]
    const { stdout } = await lab.console([command, '-H', 'web1,web2', ...ssh, ...options])
    return Object.fromEntries(hostsOf(stdout).map((line) => [line.host, line]))
  }
  const untilAsked = async (file: string) => {
    for (let tries = 0; tries < 100; tries++) {
      const text = spawnSync('cat', [file], { encoding: 'utf8' }).stdout
      if (new Set(text.split(' ').filter(Boolean)).size === 2) return
      await sleep(50)
    }
    throw new Error('never asked')
  }

  beforeAll(async () => {
    if (why !== undefined) return
    lab = new SshHosts(['web1', 'web2'])
    writeFileSync(path('silent.cjs'), silentHost)
    await lab.ready()
  })
  afterAll(() => lab?.close())

  test('whose sshd is killed in mid-answer are lost, and say so', async () => {
    const marks = path('killed')
    writeFileSync(marks, '')
    const config = fleetConfig('silent.json', `${process.execPath} ${path('silent.cjs')} ${marks}`)
    const asked = ask('top', config, '--limit', 'time=50s')
    await untilAsked(marks)
    for (const name of ['web1', 'web2'])
      for (const pid of lab.sessionsOf(name)) spawnSync('kill', ['-9', String(pid)])
    const { web1, web2 } = await asked
    expect([web1, web2]).toMatchObject([
      { state: 'unreachable', why: expect.stringContaining('the connection broke') },
      { state: 'unreachable' },
    ])
  })

  test('that are frozen are late, once their time is over', async () => {
    const marks = path('frozen')
    writeFileSync(marks, '')
    const config = fleetConfig('silent.json', `${process.execPath} ${path('silent.cjs')} ${marks}`)
    const asked = ask('top', config, '--limit', 'time=3s')
    await untilAsked(marks)
    const frozen = lab.sessionsOf('web1')
    // What of a login was only there to ask for it may be gone by now.
    for (const pid of frozen) spawnSync('kill', ['-STOP', String(pid)])
    const { web1 } = await asked
    expect(web1).toMatchObject({ state: 'late', why: 'no answer in time' })
    for (const pid of frozen) spawnSync('kill', ['-CONT', String(pid)])
  })

  test('of another key than the known one are refused, and both keys are shown', async () => {
    const known = readFileSync(path('known_hosts'), 'utf8')
    const key = (name: string) =>
      execFileSync('ssh-keygen', ['-l', '-f', path(`${name}.key.pub`)], {
        encoding: 'utf8',
      }).split(' ')[1]!
    const [first = '', second = ''] = known.split('\n').map((line) => line.split(' ')[2])
    writeFileSync(path('known_hosts'), known.replace(first, second))
    try {
      const { web1, web2 } = await ask('hosts', fleetConfig('serve.json', serveCommand()))
      expect(web1).toMatchObject({ state: 'refused' })
      expect(web1!.why).toContain(key('web1'))
      expect(web1!.why).toContain(key('web2'))
      expect(web2).toMatchObject({ state: 'answered' })
    } finally {
      writeFileSync(path('known_hosts'), known)
    }
  })

  test('behind a key that may only serve answer, and do nothing else', async () => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path('gate')])
    const key = readFileSync(path('gate.pub'), 'utf8')
    appendFileSync(path('login.pub'), `restrict,command="${serveCommand()}" ${key}`)
    const config = path('gate_config')
    writeFileSync(config, readFileSync(lab.config, 'utf8').replace(path('login'), path('gate')))
    const { web1 } = await ask('hosts', fleetConfig('gate.json', 'e2etop'), '-F', config)
    expect(web1).toMatchObject({ state: 'answered' })

    const ssh = (...words: readonly string[]) =>
      lab.atConsole(['ssh', '-F', config, '-o', 'BatchMode=yes', ...words])
    const read = await ssh('web1', 'cat', '/etc/shadow')
    expect(read.stdout).toBe('')
    const terminal = await ssh('-tt', 'web1', 'sh')
    expect(terminal.stderr).toContain('PTY allocation request failed')
    expect(terminal.stdout).toBe('')
    const forward = await ssh('-W', '127.0.0.1:22', 'web1')
    expect(forward.stderr).toContain('prohibited')
    const files = await lab.atConsole(['sftp', '-F', config, '-b', '/dev/null', 'web1'])
    expect(files.code).not.toBe(0)
  })
})
