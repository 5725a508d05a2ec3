import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { whyNoBpf } from '../lab/why-no-bpf.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { patienceMs, RecorderHome, sleep, transfer } from './recorder-home.ts'
import { program, startProgram } from './run-program.ts'

const whyNotRoot = process.geteuid?.() === 0 ? undefined : 'needs root'
/** Below /usr/lib in the folder of the architecture. */
const faketime = readdirSync('/usr/lib')
  .map((folder) => join('/usr/lib', folder, 'faketime/libfaketime.so.1'))
  .find((library) => existsSync(library))

/** A connection that stays open; its server reads. */
async function openConnection(): Promise<Socket> {
  const server = createServer((socket) => socket.resume())
  server.unref()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  await once(client, 'connect')
  return client
}

describe('a recorder on a host whose clock is set', () => {
  skipWhere(whyNoBpf() ?? whyNotRoot ?? (faketime === undefined ? 'needs libfaketime' : undefined))
  const home = new RecorderHome()

  test('back by an hour and forward by two records each byte once, in order, and dates both steps', async () => {
    const offset = join(home.path, 'offset')
    const set = (seconds: number) => writeFileSync(offset, `${seconds < 0 ? '' : '+'}${seconds}\n`)
    set(0)
    const { child, finished } = await home.start('1s', {
      LD_PRELOAD: faketime ?? '',
      FAKETIME_TIMESTAMP_FILE: offset,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    })
    const open = await openConnection()
    const ended: number[] = []
    for (const seconds of [0, -3600, 3600]) {
      set(seconds)
      open.write(Buffer.alloc(1_000))
      ended.push(await transfer(77))
      await home.untilRecorded(ended.at(-1)!)
      await sleep(2_000)
    }
    child.kill('SIGTERM')
    expect((await finished).code).toBe(0)
    const { rows } = home.recorded(open.remotePort)
    open.destroy()
    expect(rows.reduce((sum, row) => sum + row.txBytes, 0)).toBe(3_000)
    for (const port of ended) expect(home.recorded(port).rows).toMatchObject([{ txBytes: 77 }])
    const all = [...rows, ...ended.flatMap((port) => home.recorded(port).rows)]
    for (const { start, end } of all) expect(end).toBeGreaterThanOrEqual(start)
    const steps = home.recorded().gaps.filter(({ reason }) => reason === 'clock stepped')
    const hours = steps.map(({ from, to }) => Math.round((to - from) / 3_600_000))
    expect(hours).toEqual([1, 2])
  })
})

describe('a recorder whose log directory is taken away', () => {
  const home = new RecorderHome()

  test('says so once, goes on, and says again when it ends that records were lost', async () => {
    const replay = ['--replay', 'test/corpus/demo.samples.jsonl', '--export-timer', '1s']
    const { child, finished } = startProgram(['record', ...home.places, ...replay])
    let said = ''
    child.stderr?.on('data', (piece: Buffer) => (said += piece.toString()))
    const until = async (what: RegExp) => {
      for (const begun = Date.now(); !what.test(said) && Date.now() - begun < patienceMs;)
        await sleep(50)
      expect(said).toMatch(what)
    }
    await until(/recording from replay/)
    await sleep(1_500)
    rmSync(home.log, { recursive: true })
    await until(/the log cannot be written: directory gone\. Records wait/)
    await sleep(2_500)
    child.kill('SIGTERM')
    const { code, stderr } = await finished
    expect(stderr.match(/cannot be written: directory gone/g)).toHaveLength(1)
    expect(stderr).toMatch(/\d+ records could not be written: directory gone/)
    expect(code).toBe(1)
  })
})

describe('a recorder that may open few files', () => {
  skipWhere(
    whyNoBpf() ??
      whyNotRoot ??
      (spawnSync('prlimit', ['--version']).status === 0 ? undefined : 'needs prlimit'),
  )
  const home = new RecorderHome()

  /** What it says until it records or ends; then it is stopped. */
  async function startWith(limit: number) {
    const words = ['record', ...home.places, '--config', home.config]
    const child = spawn('prlimit', [`--nofile=${limit}`, process.execPath, program, ...words], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (piece: Buffer) => (said += piece.toString()))
    const closed = once(child, 'close')
    const begun = Date.now()
    const goesOn = () => child.exitCode === null && child.signalCode === null
    while (goesOn() && !said.includes('recording from') && Date.now() - begun < patienceMs)
      await sleep(50)
    // Once: one that comes while Node itself is ending kills it.
    child.kill('SIGTERM')
    await closed
    return { said, code: child.exitCode }
  }

  test('starts and ends in good order, or says that it may open too few', async () => {
    const codes: (number | null)[] = []
    for (let limit = 22; limit <= 46; limit += 3) {
      const { said, code } = await startWith(limit)
      codes.push(code)
      expect(said, `with ${limit}`).toMatch(/recording from|EMFILE|may open no more files/)
      expect(said, `with ${limit}`).not.toMatch(/fault of e2etop|^ {4}at /m)
    }
    expect(new Set(codes)).toEqual(new Set([0, 1]))
    expect(codes.at(-1)).toBe(0)
  })
})
