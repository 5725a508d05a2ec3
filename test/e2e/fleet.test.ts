import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recordOn } from '../lab/host-recorder.ts'
import { serveCommand, SshHosts, whyNoSshHosts } from '../lab/ssh-hosts.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { jsonLines, program } from './run-program.ts'

const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms))

/** Connections stay open: the socket listing may count the FIN of one that has ended as a byte. */
const serverScript = `
const [, port, rest] = process.argv
require('net').createServer((socket) => {
  socket.resume().write(Buffer.alloc(Number(rest)))
}).listen(Number(port), () => console.log('listens'))`
const clientScript = `
const [, port, bytes, address] = process.argv
const socket = require('net').connect(Number(port), address)
socket.resume().write(Buffer.alloc(Number(bytes)), () => console.log('sent'))`

interface Json {
  readonly type: string
  readonly [field: string]: unknown
}
const linesOf = (text: string) => jsonLines(text) as readonly Json[]

describe('three hosts over SSH', () => {
  const why = whyNoSshHosts()
  skipWhere(why)
  const names = ['web1', 'web2', 'db1']
  let lab: SshHosts
  let places: readonly string[]

  /** Sends `up` bytes from one host to another, and `down` back, as two users. */
  const transfer = async (
    [from, to]: readonly [string, string],
    [client, server]: readonly [number, number],
    { port, up, down }: { readonly port: number; readonly up: number; readonly down: number },
  ) => {
    const run = (script: string, ...args: (string | number)[]) => [
      process.execPath,
      '-e',
      script,
      ...args.map(String),
    ]
    const serving = lab.spawnOn(to, run(serverScript, port, down), {
      uid: server,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(serving.stdout!, 'data')
    const { address } = lab.host(to)
    const sending = lab.spawnOn(from, run(clientScript, port, up, address), {
      uid: client,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(sending.stdout!, 'data')
  }

  const ask = (command: string, hosts: string, ...more: readonly string[]) =>
    lab.console([command, '-H', hosts, ...places, '--format', 'json', ...more])

  beforeAll(async () => {
    if (why !== undefined) return
    lab = new SshHosts(names)
    const config = join(lab.directory, 'fleet.json')
    writeFileSync(config, JSON.stringify({ command: serveCommand(), groups: { web: ['web*'] } }))
    places = ['-F', lab.config, '--fleet-config', config]
    await lab.ready()
    await Promise.all(names.map((name) => recordOn(lab, name)))
    await Promise.all([
      transfer(['web1', 'db1'], [12_001, 12_009], { port: 7001, up: 70_001, down: 9_001 }),
      transfer(['web2', 'db1'], [12_002, 12_009], { port: 7002, up: 30_002, down: 5_002 }),
      transfer(['web1', 'web2'], [12_001, 12_003], { port: 7003, up: 11_003, down: 2_003 }),
    ])
    await sleep(3_000)
  })
  afterAll(() => lab?.close())

  test('are asked as one, and totals are those of the traffic', async () => {
    const where = ['--where', 'port 7001-7003']
    const { stdout, stderr } = await ask('top', 'web1,web2,db1', '--by', 'host,user', ...where)
    const groups = linesOf(stdout).filter(({ type }) => type === 'group')
    const sums = Object.fromEntries(
      groups.map(({ host, user, tx_bytes, rx_bytes, flows }) => [
        `${String(host)} ${String(user)}`,
        [tx_bytes, rx_bytes, flows],
      ]),
    )
    expect(sums, stderr).toEqual({
      'web1 12001': [70_001 + 11_003, 9_001 + 2_003, 2],
      'web2 12002': [30_002, 5_002, 1],
      'web2 12003': [2_003, 11_003, 1],
      'db1 12009': [9_001 + 5_002, 70_001 + 30_002, 2],
    })
  })

  test('give their records, each of its host', async () => {
    const { stdout, stderr } = await ask('flows', 'web1,web2,db1', '--where', 'port 7003')
    const sums = new Map<string, number>()
    for (const { type, host, user, tx_bytes } of linesOf(stdout)) {
      if (type !== 'flow') continue
      const key = `${String(host)} ${String(user)}`
      sums.set(key, (sums.get(key) ?? 0) + Number(tx_bytes))
    }
    expect(Object.fromEntries(sums), stderr).toEqual({ 'web1 12001': 11_003, 'web2 12003': 2_003 })
  })

  test('give a flow between two of them as one, with both owners and equal counts', async () => {
    const where = ['--where', 'port 7001-7003', '--both-ends']
    const { stdout, stderr } = await ask('flows', 'web1,web2,db1', ...where)
    interface End {
      readonly host: string
      readonly user: string
      readonly tx_bytes: number
      readonly rx_bytes: number
    }
    const found = linesOf(stdout)
      .filter(({ type }) => type === 'conversation')
      .map(({ ends, agree }) => [
        (ends as End[])
          .map(({ host, user, tx_bytes, rx_bytes }) => `${user}@${host} ${tx_bytes} ${rx_bytes}`)
          .toSorted(),
        agree,
      ])
    expect(found, stderr).toEqual([
      [['12001@web1 70001 9001', '12009@db1 9001 70001'], true],
      [['12002@web2 30002 5002', '12009@db1 5002 30002'], true],
      [['12001@web1 11003 2003', '12003@web2 2003 11003'], true],
    ])
  })

  test('are followed as one: flows -f prints a flow at each end when it ends', async () => {
    const words = ['flows', '-f', '-H', 'web1,web2,db1', ...places, '--format', 'json']
    const [enter, ...rest] = [...lab.consoleNamespace, process.execPath, resolve(program), ...words]
    const env = { PATH: process.env['PATH'] ?? '', HOME: lab.directory }
    const follower = spawn(enter!, [...rest, '--where', 'port 7005'], { env })
    let stdout = ''
    follower.stdout.on('data', (piece: Buffer) => (stdout += piece.toString()))
    await sleep(4_000)
    const listen =
      "require('net').createServer((s) => s.resume().on('end', () => s.end())).listen(7005)"
    const { address } = lab.host('db1')
    const send = `require('net').connect(7005, '${address}').resume().end(Buffer.alloc(501))`
    lab.spawnOn('db1', [process.execPath, '-e', listen])
    await sleep(1_000)
    lab.spawnOn('web2', [process.execPath, '-e', send])
    const bothEnds = () => stdout.split('\n').length > 2
    for (let tries = 0; tries < 100 && !bothEnds(); tries++) await sleep(100)
    follower.kill('SIGINT')
    const [code] = (await once(follower, 'close')) as [number]
    const ends = linesOf(stdout).map(({ host, tx_bytes }) => [host, tx_bytes])
    expect(
      ends.toSorted(
        (a, b) => String(a[0]).localeCompare(String(b[0])) || Number(a[1]) - Number(b[1]),
      ),
    ).toEqual([
      ['db1', 0],
      ['web2', 501],
    ])
    expect(code).toBe(0)
  })

  test('one that is missing is named, and makes the answer a partial one', async () => {
    const { code, stdout, stderr } = await ask('count', 'web1,nowhere.invalid,db1')
    expect(code).toBe(3)
    const states = linesOf(stdout).filter(({ type }) => type === 'host')
    expect(states.map(({ host, state }) => [host, state])).toEqual([
      ['web1', 'partial'],
      ['nowhere.invalid', 'unreachable'],
      ['db1', 'partial'],
    ])
    expect(stderr).toContain('nowhere.invalid: unreachable: its name')
    const all = await ask('count', 'web1,nowhere.invalid', '--require-all')
    expect([all.code, all.stdout]).toEqual([1, ''])
  })

  test('go home as one case, with both ends of what they said to each other', async () => {
    const path = join(lab.directory, 'case.db')
    const hosts = ['-H', 'web1,nowhere.invalid,web2,db1', ...places]
    const exported = await lab.console(['export', path, ...hosts, '--where', 'port 7001-7003'])
    expect(exported.code, exported.stderr).toBe(3)
    expect(exported.stderr).toContain('nowhere.invalid: unreachable')
    expect((await lab.console(['verify', path])).code).toBe(0)
    const asked = async (sql: string) =>
      linesOf((await lab.console(['sql', path, sql, '--format', 'json'])).stdout)
    const states = await asked("SELECT name, state, version <> '' AS v FROM host ORDER BY name")
    expect(states).toEqual([
      { name: 'db1', state: 'partial', v: 1 },
      { name: 'nowhere.invalid', state: 'missing', v: 0 },
      { name: 'web1', state: 'partial', v: 1 },
      { name: 'web2', state: 'partial', v: 1 },
    ])
    const ends =
      await asked(`SELECT opener_host, opener_user, accepter_host, accepter_user, opener_tx_bytes,
      accepter_rx_bytes FROM both_ends ORDER BY accepter_port`)
    expect(ends.map((row) => Object.values(row))).toEqual([
      ['web1', '12001', 'db1', '12009', 70_001, 70_001],
      ['web2', '12002', 'db1', '12009', 30_002, 30_002],
      ['web1', '12001', 'web2', '12003', 11_003, 11_003],
    ])
  })

  test('one without e2etop tells its open sockets through ss, and is marked', async () => {
    const config = join(lab.directory, 'without.json')
    writeFileSync(config, '{"command":"no-such-e2etop serve --stdio"}')
    const asked = ['top', '-H', 'web1', '-F', lab.config, '--fleet-config', config]
    const where = ['--by', 'user', '--where', 'port 7001-7003', '--format', 'json']
    const { code, stdout } = await lab.console([...asked, ...where])
    const lines = linesOf(stdout)
    expect(lines.filter(({ type }) => type === 'group')).toMatchObject([
      { user: '12001', tx_bytes: 70_001 + 11_003, rx_bytes: 9_001 + 2_003, flows: 2 },
    ])
    expect(lines.find(({ type }) => type === 'host')).toMatchObject({ state: 'no e2etop' })
    expect(code).toBe(3)
  })

  test('one that was not there is added to the case when it is', async () => {
    const path = join(lab.directory, 'continued.db')
    const wrong = join(lab.directory, 'wrong_config')
    writeFileSync(wrong, `Host db1\n  Port 1\n${readFileSync(lab.config, 'utf8')}`)
    const [, , ...fleetConfig] = places
    const asked = ['-H', 'web1,db1', '--where', 'port 7001-7003', '--notes', 'ticket\n4711']
    const first = await lab.console(['export', path, '-F', wrong, ...fleetConfig, ...asked])
    expect(first.stderr).toContain('db1: unreachable')
    const sql = `SELECT h.name, count(f.id) AS flows, h.state <> 'missing' AS there FROM host h
      LEFT JOIN run r ON r.host = h.id LEFT JOIN flow f ON f.run = r.id GROUP BY 1 ORDER BY 1`
    const hosts = async () =>
      linesOf((await lab.console(['sql', path, sql, '--format', 'json'])).stdout)
    const [db1, web1] = await hosts()
    expect([db1, web1]).toMatchObject([{ flows: 0, there: 0 }, { there: 1 }])
    const again = ['export', '--continue', path, ...places]
    const second = await lab.console(again)
    expect(second.code, second.stderr).toBe(3)
    const [then, kept] = await hosts()
    expect(kept).toEqual(web1)
    expect(then).toMatchObject({ there: 1 })
    expect(Number(then!['flows'])).toBeGreaterThan(0)
    const verified = await lab.console(['verify', path])
    expect(verified.code).toBe(0)
    expect(verified.stdout).toMatch(/^continued_by: /m)
    expect((await lab.console(again)).stdout).toMatch(/has all its hosts/)
  })

  test('a group of the config and patterns name the same hosts', async () => {
    const named = async (hosts: string) => {
      const { stdout } = await ask('hosts', hosts)
      return linesOf(stdout).map(({ host, state }) => [host, state])
    }
    const web = [
      ['web1', 'answered'],
      ['web2', 'answered'],
    ]
    expect(await named('@web')).toEqual(web)
    expect(await named('web?')).toEqual(web)
  })
})
