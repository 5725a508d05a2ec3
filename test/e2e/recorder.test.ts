import { readdirSync, readFileSync, statSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import pty from '@lydell/node-pty'
import { describe, expect, test } from 'vitest'
import { attachedScreenRules } from '../../src/host/live-mirror.ts'
import { LiveSession } from '../../src/host/live-session.ts'
import { openLiveStream } from '../../src/host/live-stream.ts'
import { pastFromLog } from '../../src/host/past-flows.ts'
import { lockName } from '../../src/log/writer-lock.ts'
import { whyNoBpf } from '../lab/why-no-bpf.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { patienceMs, RecorderHome, sleep, transfer } from './recorder-home.ts'
import { program, runProgram, startProgram } from './run-program.ts'

const whyNotRoot = process.geteuid?.() === 0 ? undefined : 'needs root'

describe('the recorder on real traffic', () => {
  skipWhere(whyNoBpf() ?? whyNotRoot)
  const home = new RecorderHome()

  test('a connection is in the log after an export period, exact, and the recorder is not root', async () => {
    const { child } = await home.start()
    const rows = await home.untilRecorded(await transfer(12_345))
    expect(rows).toMatchObject([
      { txBytes: 12_345, direction: 'outbound', endReason: 'end detected', owner: { uid: 0 } },
    ])
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
    const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)![1]!
    const { uid } = statSync(home.log)
    expect(uid).not.toBe(0)
    expect(field('Uid').split('\t')).toEqual(Array.from({ length: 4 }, () => String(uid)))
    expect(field('CapEff')).toBe((1n << 39n).toString(16).padStart(16, '0'))
    expect(field('NoNewPrivs')).toBe('1')
    expect(statSync(home.log).mode & 0o777).toBe(0o750)
    for (const name of readdirSync(home.log))
      expect(statSync(join(home.log, name)).mode & 0o777).toBe(name === lockName ? 0o600 : 0o640)
    expect(statSync(home.socket)).toMatchObject({ uid: 0 })
    expect(statSync(home.socket).mode & 0o777).toBe(0o660)
  })

  test('SIGTERM ends all flows and writes their records, whatever the export timer', async () => {
    const { child, finished } = await home.start('30m')
    const open = connect((await listening()).port, '127.0.0.1')
    const port = await transfer(77)
    await sleep(1500)
    expect(home.recorded(port).rows).toEqual([])
    child.kill('SIGTERM')
    expect((await finished).code).toBe(0)
    expect(home.recorded(port).rows).toMatchObject([{ txBytes: 77 }])
    expect(home.recorded(open.remotePort).rows).toMatchObject([{ endReason: 'forced' }])
    open.destroy()
  })

  /** A server that keeps its connections open until the test is over. */
  async function listening() {
    const server = createServer()
    server.unref()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return server.address() as AddressInfo
  }

  test('after kill -9 all that was written is there, and the time without a recorder is a gap', async () => {
    const first = await home.start()
    const port = await transfer(100)
    await home.untilRecorded(port)
    const killed = Date.now()
    first.child.kill('SIGKILL')
    await first.finished
    await sleep(1000)
    const back = Date.now()
    await home.start()
    const second = await transfer(200)
    await home.untilRecorded(second)
    expect(home.recorded(port).rows).toMatchObject([{ txBytes: 100 }])
    const down = home.recorded().gaps.filter(({ reason }) => reason === 'recorder down')
    expect(down).toHaveLength(1)
    expect(down[0]!.from).toBeLessThanOrEqual(killed)
    expect(down[0]!.to).toBeGreaterThanOrEqual(back)
  })

  test('killed before its first write, it leaves a gap from its start on', async () => {
    const first = await home.start('30m')
    await transfer(100)
    first.child.kill('SIGKILL')
    const killed = Date.now()
    await first.finished
    await home.start()
    await home.untilRecorded(await transfer(200))
    const { gaps } = home.recorded()
    expect(gaps[0]).toMatchObject({ reason: 'recorder down' })
    expect(gaps[0]!.from).toBeLessThan(killed)
    expect(gaps[0]!.to).toBeGreaterThan(killed)
  })

  test('two readers see the same flows at once, from the recorder, counted from their own beginning', async () => {
    await home.start()
    const readers = [3, 3].map(() =>
      startProgram(['--once', '--for', '6s', '--socket', home.socket, '--format', 'json']),
    )
    await home.untilReaders(2)
    // Until a tick has told both what there was before.
    await sleep(1000)
    const port = await transfer(4242)
    for (const { finished } of readers) {
      const { code, stdout, stderr } = await finished
      expect(code, stderr).toBe(0)
      const lines = stdout.trim().split('\n')
      const all = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
      expect(all[0]).toMatchObject({ type: 'status', source: 'bpf', via_recorder: true })
      expect(all.filter((line) => line['remote_port'] === port)).toMatchObject([{ tx_bytes: 4242 }])
    }
  })

  test('a session that attaches has what ended before it, written or waiting, once', async () => {
    await home.start('4s')
    const written = await transfer(1)
    await home.untilRecorded(written)
    const waiting = await transfer(2)
    await sleep(1200)
    const live = await openLiveStream(home.socket)
    if (live.kind !== 'open') throw new Error(live.kind)
    const past = pastFromLog(attachedScreenRules.endedFor)
    const rules = { ...attachedScreenRules, endedMax: Infinity }
    const session = new LiveSession(live.stream, rules, past)
    const { rows } = await session.ask({ kind: 'flows' })
    session.close()
    const ports = rows.kind === 'flows' ? rows.flows.map(({ remotePort }) => remotePort) : []
    expect(ports.filter((port) => port === written)).toHaveLength(1)
    expect(ports.filter((port) => port === waiting)).toHaveLength(1)
  })

  test('the monitor attaches and says so', async () => {
    await home.start()
    const monitor = pty.spawn(process.execPath, [program, '--socket', home.socket], {
      cols: 120,
      rows: 40,
      env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm' },
    })
    let shown = ''
    monitor.onData((text) => (shown += text))
    await expect.poll(() => shown, { timeout: patienceMs }).toMatch(/bpf via recorder/)
    monitor.kill()
  })

  test('a second recorder on the same directory or socket refuses, and the first goes on', async () => {
    const { child } = await home.start()
    const record = ['record', '--config', home.config]
    const other = join(home.path, 'other')
    for (const words of [
      ['--data-dir', home.log, '--socket', `${other}.sock`],
      ['--data-dir', other, '--socket', home.socket],
    ]) {
      const { code, stderr } = await runProgram([...record, ...words])
      expect(code).toBe(1)
      expect(stderr).toMatch(/another recorder (\(pid \d+\) writes|answers)/)
      expect(stderr).not.toMatch(/^ {4}at /m)
    }
    expect(child.exitCode).toBeNull()
    expect(await home.untilRecorded(await transfer(1))).toHaveLength(1)
  })

  test('a directory that holds anything but a log is not taken over', async () => {
    const { code, stderr } = await runProgram([
      'record',
      '--data-dir',
      home.path,
      '--socket',
      home.socket,
    ])
    expect(code).toBe(1)
    expect(stderr).toMatch(/is no log directory: it holds "config.json"/)
    expect(statSync(home.path).uid).toBe(0)
  })
})
