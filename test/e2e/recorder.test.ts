import { chmodSync, closeSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadNative } from '../../src/capture/native.ts'
import { scanLog } from '../../src/log/scan-log.ts'
import type { FlowRecord } from '../../src/model/flow.ts'
import type { Gap } from '../../src/model/gap.ts'
import { hostTime } from '../../src/model/quantity.ts'
import { socketAddress } from '../../src/recorder/service-manager.ts'
import { whyNoBpf } from '../lab/why-no-bpf.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { runProgram, startProgram } from './run-program.ts'

const whyNotRoot = process.geteuid?.() === 0 ? undefined : 'needs root'
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** One finished connection on loopback; gives its port. */
async function transfer(bytes: number): Promise<number> {
  const server = createServer((socket) => socket.resume().on('end', () => socket.end()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise<void>((resolve) => {
    const client = connect(port, '127.0.0.1', () => client.end(Buffer.alloc(bytes)))
    client.resume().on('close', () => resolve())
  })
  server.close()
  return port
}

describe('the recorder on real traffic', () => {
  skipWhere(whyNoBpf() ?? whyNotRoot)
  let home: string
  let log: string
  let socket: string
  let config: string
  let started: ReturnType<typeof startProgram>['child'][]
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'e2etop-record-'))
    // As /var/lib and /run are: the recorder is another user.
    chmodSync(home, 0o755)
    writeFileSync(join(home, 'config.json'), '{}')
    log = join(home, 'log')
    socket = join(home, 'run', 'all.sock')
    config = join(home, 'config.json')
    started = []
  })
  afterEach(async () => {
    for (const child of started) child.kill('SIGKILL')
    await sleep(50)
    rmSync(home, { recursive: true })
  })

  const places = () => ['--data-dir', log, '--socket', socket]

  /** Starts one and waits until it records. */
  async function startRecorder(timer = '1s', env: Record<string, string> = {}) {
    const recorder = startProgram(
      ['record', ...places(), '--config', config, '--export-timer', timer],
      env,
    )
    started.push(recorder.child)
    let said = ''
    recorder.child.stderr?.on('data', (piece: Buffer) => (said += piece.toString()))
    const begun = Date.now()
    while (!said.includes('recording from')) {
      if (recorder.child.exitCode !== null || Date.now() - begun > 10_000) throw new Error(said)
      await sleep(50)
    }
    return { ...recorder, said: () => said }
  }

  /** What the log holds, of the given port. */
  function recorded(port = 0) {
    const rows: FlowRecord[] = []
    const gaps: Gap[] = []
    for (const piece of scanLog(log, { from: hostTime(0), to: hostTime(9e15) })) {
      if (piece.kind === 'rows') rows.push(...piece.rows)
      else if (piece.kind === 'gaps') gaps.push(...piece.gaps)
      else throw new Error(JSON.stringify(piece))
    }
    return { rows: rows.filter((row) => row.remotePort === port), gaps }
  }

  /** Reads the log until the rows of the port are there. */
  async function untilRecorded(port: number): Promise<readonly FlowRecord[]> {
    for (let tries = 0; tries < 50; tries++) {
      const { rows } = recorded(port)
      if (rows.length > 0) return rows
      await sleep(100)
    }
    throw new Error('never recorded')
  }

  test('a connection is in the log after an export period, exact, and the recorder is not root', async () => {
    const { child } = await startRecorder()
    const rows = await untilRecorded(await transfer(12_345))
    expect(rows).toMatchObject([
      { txBytes: 12_345, direction: 'outbound', endReason: 'end detected', owner: { uid: 0 } },
    ])
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
    const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)![1]!
    const { uid } = statSync(log)
    expect(uid).not.toBe(0)
    expect(field('Uid').split('\t')).toEqual(Array.from({ length: 4 }, () => String(uid)))
    expect(field('CapEff')).toBe((1n << 39n).toString(16).padStart(16, '0'))
    expect(field('NoNewPrivs')).toBe('1')
    expect(statSync(log).mode & 0o777).toBe(0o750)
    for (const name of readdirSync(log)) expect(statSync(join(log, name)).mode & 0o777).toBe(0o640)
    expect(statSync(socket)).toMatchObject({ uid: 0 })
    expect(statSync(socket).mode & 0o777).toBe(0o660)
  })

  test('SIGTERM ends all flows and writes their records, whatever the export timer', async () => {
    const { child, finished } = await startRecorder('30m')
    const open = connect((await listening()).port, '127.0.0.1')
    const port = await transfer(77)
    await sleep(1500)
    expect(recorded(port).rows).toEqual([])
    child.kill('SIGTERM')
    expect((await finished).code).toBe(0)
    expect(recorded(port).rows).toMatchObject([{ txBytes: 77 }])
    expect(recorded(open.remotePort).rows).toMatchObject([{ endReason: 'forced' }])
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
    const first = await startRecorder()
    const port = await transfer(100)
    await untilRecorded(port)
    const killed = Date.now()
    first.child.kill('SIGKILL')
    await first.finished
    await sleep(1000)
    const back = Date.now()
    await startRecorder()
    const second = await transfer(200)
    await untilRecorded(second)
    const { gaps } = recorded()
    expect(recorded(port).rows).toMatchObject([{ txBytes: 100 }])
    expect(gaps).toMatchObject([{ reason: 'recorder down' }])
    expect(gaps[0]!.from).toBeLessThanOrEqual(killed)
    expect(gaps[0]!.to).toBeGreaterThanOrEqual(back)
  })

  test('two readers see the same flows at once, from the recorder, counted from their own beginning', async () => {
    await startRecorder()
    const readers = [3, 3].map(() =>
      startProgram(['--once', '--for', '2500ms', '--socket', socket, '--format', 'json']),
    )
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

  test('a second recorder on the same directory or socket refuses, and the first goes on', async () => {
    const { child } = await startRecorder()
    const record = ['record', '--config', config]
    const other = join(home, 'other')
    for (const words of [
      ['--data-dir', log, '--socket', `${other}.sock`],
      ['--data-dir', other, '--socket', socket],
    ]) {
      const { code, stderr } = await runProgram([...record, ...words])
      expect(code).toBe(1)
      expect(stderr).toMatch(/another recorder (writes|answers)/)
      expect(stderr).not.toMatch(/^ {4}at /m)
    }
    expect(child.exitCode).toBeNull()
    expect(await untilRecorded(await transfer(1))).toHaveLength(1)
  })

  test('a directory that holds anything but a log is not taken over', async () => {
    const { code, stderr } = await runProgram(['record', '--data-dir', home, '--socket', socket])
    expect(code).toBe(1)
    expect(stderr).toMatch(/is no log directory: it holds "config.json"/)
    expect(statSync(home).uid).toBe(0)
  })

  test('SIGHUP: a wrong config is named and changes nothing, a right one is applied', async () => {
    const { child, said } = await startRecorder()
    const reload = async (text: string, expected: RegExp) => {
      writeFileSync(config, text)
      child.kill('SIGHUP')
      await expect.poll(said, { timeout: 3000 }).toMatch(expected)
    }
    await reload(
      '{"privacy":[{"rule":"dorp"}]}',
      /config not changed: .*privacy\[0\]\.rule: "dorp"/,
    )
    const named = await untilRecorded(await transfer(10))
    expect(named).toMatchObject([{ owner: { kind: 'process' } }])
    await reload('{"privacy":[{"rule":"hash","user":"root"}]}', /config read again/)
    const hashed = await untilRecorded(await transfer(11))
    expect(hashed).toMatchObject([{ owner: { user: expect.stringMatching(/^hash:/) } }])
    expect(statSync(join(log, 'hash-key')).mode & 0o777).toBe(0o600)
  })

  test('what a rule drops is in the log as bytes of nobody', async () => {
    writeFileSync(config, '{"privacy":[{"rule":"drop","net":"127.0.0.0/8"}]}')
    const { child, finished } = await startRecorder()
    const port = await transfer(50_000)
    await sleep(1500)
    child.kill('SIGTERM')
    await finished
    expect(recorded(port).rows).toEqual([])
    const withheld = recorded(0).rows.filter(({ owner }) => owner.kind === 'unknown')
    const sum = withheld.reduce((bytes, row) => bytes + row.txBytes, 0)
    expect(sum).toBeGreaterThanOrEqual(50_000)
  })

  test('the service manager hears that it is ready, alive and stopping', async () => {
    const name = `@e2etop-test-${process.pid}`
    const native = loadNative()
    const fd = native.socket(1, 2, 0)
    try {
      expect(native.bindSocket(fd, socketAddress(name))).toBe(0)
      const { child, finished } = await startRecorder('1s', { NOTIFY_SOCKET: name })
      await sleep(2500)
      child.kill('SIGTERM')
      await finished
      const heard: string[] = []
      const into = Buffer.alloc(200)
      for (let n = native.receive(fd, into); n >= 0; n = native.receive(fd, into))
        heard.push(into.toString('utf8', 0, n))
      expect(heard[0]).toBe('READY=1')
      expect(heard.at(-1)).toBe('STOPPING=1')
      expect(heard.slice(1, -1)).toContain('WATCHDOG=1')
    } finally {
      closeSync(fd)
    }
  })

  test('status tells of a recorder that runs, of one that does not, and of what may not be read', async () => {
    const ask = async (...words: string[]) => {
      const { code, stdout } = await runProgram(['status', ...places(), ...words])
      return { code, stdout }
    }
    expect(await ask()).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/none runs.*\n.*Start it: .*systemctl start e2etop-record/),
    })
    const { child } = await startRecorder()
    await untilRecorded(await transfer(10))
    const json = await ask('--format', 'json')
    expect(json.code).toBe(0)
    expect(JSON.parse(json.stdout)).toMatchObject({
      recorder: 'running',
      source: 'bpf',
      log_directory: log,
      log_files: 1,
      lost: [],
      records_written: expect.any(Number),
      oldest_record: expect.stringMatching(/Z$/),
      rss_bytes: expect.any(Number),
    })
    child.kill('SIGSTOP')
    const stopped = await ask()
    expect(stopped.stdout).toMatch(/not known: the recorder has said nothing for 5 s/)
    expect(stopped.code).toBe(3)
    child.kill('SIGKILL')
  })
})
