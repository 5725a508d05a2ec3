import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recordOn } from '../lab/host-recorder.ts'
import { serveCommand, SshHosts, whyNoSshHosts } from '../lab/ssh-hosts.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { jsonLines } from './run-program.ts'

const missing = ['iperf3', 'curl'].filter((tool) => !existsSync(`/usr/bin/${tool}`))
const whyNot = () =>
  whyNoSshHosts() ?? (missing.length > 0 ? `it needs ${missing.join(', ')}` : undefined)

/** A body that takes three seconds: a socket listing sees who owns what is there for longer than one. */
const webServer = `
require('http').createServer((request, response) => {
  const parts = 30
  response.writeHead(200, { 'content-length': parts * 50_000 })
  let sent = 0
  const timer = setInterval(() => {
    response.write(Buffer.alloc(50_000))
    if (++sent === parts) { clearInterval(timer); response.end() }
  }, 100)
}).listen(8080, () => console.log('listens'))`

/** Accounts of every Debian, by what they do here. */
const uids = { alice: 1, bob: 2, carol: 5, web: 33 } as const
const names = { alice: 'daemon', bob: 'bin', carol: 'games', web: 'www-data' } as const

interface Iperf {
  readonly start: { readonly connected: readonly { readonly local_port: number }[] }
  readonly end: { readonly sum_sent: { readonly bytes: number } }
}
/** By which each of its connections says whose it is. */
const cookieBytes = 37

describe('real programs of several users on three hosts', () => {
  const why = whyNot()
  skipWhere(why)
  let lab: SshHosts
  let places: readonly string[]
  let iperf: Iperf
  let curl: { readonly down: number; readonly up: number; readonly port: number }

  const run = async (host: string, uid: number, command: readonly string[]) => {
    const child = lab.spawnOn(host, command, { uid, stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout!.on('data', (piece: Buffer) => (text += piece.toString()))
    await once(child, 'close')
    return text
  }
  const listening = (host: string, uid: number, command: readonly string[]) => {
    const child = lab.spawnOn(host, command, { uid, stdio: ['ignore', 'pipe', 'inherit'] })
    return once(child.stdout as Readable, 'data')
  }
  const ask = async (...words: readonly string[]) => {
    const of = ['-H', 'web1,web2,db1', '--format', 'json']
    const { stdout, stderr } = await lab.console([...words, ...of, ...places])
    return { lines: jsonLines(stdout), stderr }
  }

  beforeAll(async () => {
    if (why !== undefined) return
    lab = new SshHosts(['web1', 'web2', 'db1'])
    const config = join(lab.directory, 'fleet.json')
    writeFileSync(config, JSON.stringify({ command: serveCommand() }))
    places = ['-F', lab.config, '--fleet-config', config]
    await lab.ready()
    await Promise.all(lab.hosts.map(({ name }) => recordOn(lab, name)))
    await Promise.all([
      listening('web2', uids.web, [process.execPath, '-e', webServer]),
      listening('db1', uids.carol, ['iperf3', '-s', '--forceflush']),
    ])
    const url = `http://${lab.host('web2').address}:8080/`
    const said = '%{size_download} %{size_header} %{size_request} %{local_port}'
    const load = ['-c', lab.host('db1').address, '-b', '20M', '-t', '3', '--json']
    const [ofCurl, ofIperf] = await Promise.all([
      run('web1', uids.alice, ['curl', '-s', '-o', '/dev/null', '-w', said, url]),
      run('web2', uids.bob, ['iperf3', ...load]),
    ])
    const [body = 0, header = 0, request = 0, port = 0] = ofCurl.split(' ').map(Number)
    curl = { down: body + header, up: request, port }
    iperf = JSON.parse(ofIperf) as Iperf
    await new Promise((done) => setTimeout(done, 2_500))
  })
  afterAll(() => lab?.close())

  test('are summed by user and program to what the programs themselves say', async () => {
    const [data] = iperf.start.connected
    const ports = ['--where', `port ${curl.port} or port ${data!.local_port}`]
    const { lines, stderr } = await ask('top', '--by', 'user,process', ...ports)
    const sums = Object.fromEntries(
      lines
        .filter(({ type }) => type === 'group')
        .map(({ user, process, tx_bytes, rx_bytes }) => [
          `${String(user)} ${String(process)}`,
          [tx_bytes, rx_bytes],
        ]),
    )
    const sent = iperf.end.sum_sent.bytes + cookieBytes
    expect(sums, stderr).toEqual({
      [`${names.alice} curl`]: [curl.up, orOneMore(curl.down)],
      [`${names.web} node`]: [curl.down, orOneMore(curl.up)],
      [`${names.bob} iperf3`]: [sent, orOneMore(0)],
      [`${names.carol} iperf3`]: [0, orOneMore(sent)],
    })
  })

  test('are one row for each connection, with both owners', async () => {
    const { lines, stderr } = await ask('flows', '--both-ends', '--where', 'port 5201 or port 8080')
    const rows = lines
      .filter(({ type }) => type === 'conversation')
      .map(({ ends, agree }) => [
        ...(ends as readonly Record<string, unknown>[]).map(
          ({ user, process, host }) => `${String(user)} ${String(process)} @${String(host)}`,
        ),
        agree,
      ])
    const ofIperf = [`${names.bob} iperf3 @web2`, `${names.carol} iperf3 @db1`, true]
    expect(rows.length, stderr).toBe(3)
    expect(rows).toContainEqual([`${names.alice} curl @web1`, `${names.web} node @web2`, true])
    // Its control connection, and the one of its data.
    expect(rows.filter((row) => row.join() === ofIperf.join())).toHaveLength(2)
  })
})

/** The socket listing may count the end of a connection as a byte, and says so. */
const orOneMore = (bytes: number): unknown => ({
  asymmetricMatch: (found: unknown) => found === bytes || found === bytes + 1,
})
