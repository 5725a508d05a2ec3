import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { vocabulary } from '../../src/model/vocabulary.ts'
import { whyNoBpf } from '../lab/why-no-bpf.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { madeSince, madeUntil, makeLog } from './made-log.ts'
import { RecorderHome, sleep, transfer } from './recorder-home.ts'
import { jsonLines, program, runProgram, startProgram } from './run-program.ts'

let home = ''
/** No recorder runs there. */
const places = () => ['--data-dir', join(home, 'log'), '--socket', join(home, 'none.sock')]
const asked = (words: readonly string[], env: Record<string, string> = {}) =>
  runProgram([...words, ...places(), '--since', madeSince, '--until', madeUntil], {
    TZ: 'UTC',
    ...env,
  })

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'e2etop-query-'))
  mkdirSync(join(home, 'log'))
  makeLog(join(home, 'log'))
})
afterAll(() => rmSync(home, { recursive: true }))

describe('tables', () => {
  test.each([
    ['top', '80', ['top']],
    ['top-by-net', '80', ['top', '--by', 'service,remote_net/24', '--sum', 'rx,p95_rtt,flows']],
    ['top-by-path', '80', ['top', '--by', 'exe,cgroup', '-n', '2']],
    ['flows', '120', ['flows', '-n', '8']],
    ['flows', '80', ['flows', '-n', '4', '--sort', 'rx']],
    ['series', '80', ['series', '--bin', '10m', '--sum', 'bytes,tx_rate,distinct_remote_ip']],
    ['series-by', '120', ['series', '--by', 'process', '--bin', '5m']],
    ['count', '80', ['count', '--distinct', 'remote_ip,process']],
  ])('%s at %s columns is as in test/golden/cli', async (name, columns, words) => {
    const { code, stdout, stderr } = await asked([...words, '--format', 'table'], {
      COLUMNS: columns,
    })
    const shown = `${stdout}${stderr}`
    expect(code).toBe(3)
    for (const line of shown.split('\n').filter((one) => !one.startsWith('!')))
      expect(line.length, line).toBeLessThanOrEqual(Number(columns))
    await expect(shown).toMatchFileSnapshot(`../golden/cli/${name}-${columns}.txt`)
  })
})

test('where nothing was recorded the way to records is named', async () => {
  const empty = join(home, 'empty')
  mkdirSync(empty)
  const { code, stderr } = await runProgram([
    'top',
    '--data-dir',
    empty,
    '--socket',
    join(home, 'none'),
  ])
  expect(stderr).toMatch(/nothing of the time asked for was recorded[^]*install-service/)
  expect(code).toBe(3)
})

test('a table that is too wide leaves out its bars before it cuts an address', async () => {
  const words = ['top', '--by', 'process,local_ip,remote_ip', '-n', 'all', '--format', 'table']
  const narrow = await asked(words, { COLUMNS: '70' })
  const wide = await asked(words, { COLUMNS: '200' })
  const addresses = (text: string) => text.match(/\b\d+\.\d+\.\d+\.\d+|2001:[\w:]+/g)
  expect(addresses(narrow.stdout)).toEqual(addresses(wide.stdout))
  expect(narrow.stdout).not.toMatch(/SHARE|█/)
  expect(wide.stdout).toMatch(/SHARE/)
})

describe('answers for scripts', () => {
  test('are JSON lines into a pipe: groups, their total, and a status that names the gap', async () => {
    const { code, stdout } = await asked(['top', '--by', 'user', '--sum', 'tx,flows', '-n', '2'])
    const lines = jsonLines(stdout)
    expect(lines.map(({ type }) => type)).toEqual(['group', 'group', 'rest', 'total', 'status'])
    expect(lines[0]).toEqual({
      type: 'group',
      user: 'bob',
      tx_bytes: 60 * 30_450_000,
      flows: 1,
      certified: true,
    })
    expect(lines.at(-1)).toMatchObject({
      booking: 'at end',
      hosts: [{ gaps: [{ reason: 'recorder down' }], stopped_at: null, source: null }],
    })
    expect(code).toBe(3)
  })

  test('as CSV have a head and nothing but rows', async () => {
    const { stdout } = await asked([
      'top',
      '--by',
      'process,user',
      '--sum',
      'flows',
      '--format',
      'csv',
    ])
    expect(stdout).toBe(
      'process,user,flows\nnginx,www-data,507\nfirefox-esr,alice,42\nrsync,bob,1\n',
    )
  })

  test('of flows are all records under the whole vocabulary, each once', async () => {
    const [json, csv] = await Promise.all([asked(['flows']), asked(['flows', '--format', 'csv'])])
    const flows = jsonLines(json.stdout).slice(0, -1)
    expect(Object.keys(flows[0]!)).toEqual(['type', ...Object.keys(vocabulary)])
    expect(flows).toHaveLength(507 + 42 + 60)
    expect(csv.stdout.split('\n')[0]).toBe(Object.keys(vocabulary).join(','))
    expect(csv.stdout.split('\n')).toHaveLength(flows.length + 2)
  })

  test('of series have every bin that was recorded, and those only', async () => {
    const { stdout } = await asked([
      'series',
      '--bin',
      '5m',
      '--sum',
      'bytes',
      '--where',
      'user bob',
    ])
    const bins = jsonLines(stdout).filter(({ type }) => type === 'bin')
    const sum = bins.reduce((all, { bytes }) => all + Number(bytes), 0)
    expect(sum).toBe(60 * (30_450_000 + 120_000))
    expect(bins.map(({ start }) => start)).not.toContain('2023-11-15T00:35:00.000Z')
    expect(bins.filter(({ bytes }) => bytes === 0).length).toBeGreaterThan(10)
  })

  test('--spread books what reaches over the edge of a bin on both sides of it', async () => {
    const of = ['series', '--bin', '30s', '--sum', 'bytes', '--where', 'user bob']
    const numbers = (stdout: string) =>
      jsonLines(stdout)
        .filter(({ type, bytes }) => type === 'bin' && bytes !== 0)
        .map(({ bytes }) => Number(bytes))
    const [end, spread] = await Promise.all([asked(of), asked([...of, '--spread'])])
    const sum = (of: readonly number[]) => of.reduce((all, one) => all + one, 0)
    expect(numbers(end.stdout)).toHaveLength(60)
    expect(numbers(spread.stdout).length).toBeGreaterThan(118)
    expect(sum(numbers(spread.stdout))).toBeCloseTo(sum(numbers(end.stdout)), -1)
    expect(jsonLines(spread.stdout).at(-1)).toMatchObject({ booking: 'spread' })
  })
})

describe('an answer that stops early', () => {
  test('at a limit has what was found by then, and says where it stopped', async () => {
    const { code, stdout, stderr } = await asked(['count', '--limit', 'rows=100'])
    expect(code).toBe(3)
    expect(stderr).toMatch(/stopped at the limit of records: covered up to 2023-11-14T22:/)
    const [total, status] = jsonLines(stdout)
    expect(Number(total!['flows'])).toBeGreaterThan(50)
    expect(status).toMatchObject({ hosts: [{ stopped_at: 'rows' }] })
  })

  test('by Ctrl-C too, exit 3', async () => {
    const child = spawn(process.execPath, [
      program,
      'flows',
      ...places(),
      '--since',
      madeSince,
      '--until',
      madeUntil,
    ])
    // The program waits for its reader before it has read the whole log.
    await new Promise((resolve) => child.stdout.once('readable', resolve))
    child.kill('SIGINT')
    let stdout = ''
    child.stdout.on('data', (piece: Buffer) => (stdout += piece.toString()))
    const code = await new Promise((resolve) => child.on('close', resolve))
    const lines = jsonLines(stdout)
    expect(code).toBe(3)
    expect(lines.at(-1)).toMatchObject({ type: 'status', hosts: [{ stopped_at: 'interrupt' }] })
    expect(lines.length).toBeGreaterThan(1)
    expect(lines.length).toBeLessThan(507 + 42 + 60)
  })
})

test('a filter in which `and` follows `or` is answered, and how it was read is said', async () => {
  const { code, stderr } = await asked(['top', '--where', 'tcp or udp and port 443'])
  expect(stderr).toMatch(
    /^e2etop: the filter is read from left to right: \(tcp or udp\) and port 443$/m,
  )
  expect(code).not.toBe(2)
})

describe('what cannot be answered', () => {
  test.each([
    [
      ['top', '--by', 'proces'],
      /--by: nothing can be grouped by 'proces'; did you mean 'process'\?/,
    ],
    [['top', '--sum', 'flow'], /--sum: nothing can be measured by 'flow'; did you mean 'flows'\?/],
    [['top', '--where', 'usr bob'], /there is no word 'usr'; did you mean 'user'\?/],
    [['count', '--distinct', 'peers'], /'peers' is no field; one of host, .* remote_ip/],
    [['top', '-n', 'few'], /-n takes a number such as 20, or all, not 'few'/],
    [['flows', '--sort', 'size'], /--sort is one of end, start, .*, not 'size'/],
    [['flows', '-n', 'all', '--sort', 'tx'], /at most 100000 lines/],
    [['series', '--bin', '1s'], /--bin 1s makes more than 5000 bins of this time; 5m would fit/],
    [['top', '--limit', 'rows=lots'], /--limit takes rows=10M, .*, not 'rows=lots'/],
  ])('%j exits 2 and says what is expected', async (words, message) => {
    const { code, stdout, stderr } = await asked(words)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/^ {4}at /m)
  })

  test('a time that is none names the forms there are', async () => {
    const { code, stderr } = await runProgram(['top', '--since', 'soon'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/--since takes a time such as 1h, yesterday, .*, not 'soon'/)
  })

  test('where nothing was ever recorded it says how to begin, exit 1', async () => {
    const elsewhere = join(home, 'nowhere')
    const { code, stderr } = await runProgram([
      'top',
      '--data-dir',
      elsewhere,
      '--socket',
      elsewhere,
    ])
    expect(code).toBe(1)
    expect(stderr).toMatch(/there is no flow log at .*nowhere, and no recorder runs/)
    expect(stderr).toMatch(/e2etop install-service/)
  })
})

describe('a log that is not ours to read', () => {
  skipWhere(process.geteuid?.() === 0 ? undefined : 'needs root, to become somebody else')

  test('names the group that may, exit 1', async () => {
    chmodSync(home, 0o755)
    chmodSync(join(home, 'log'), 0o700)
    const words = ['top', ...places()]
    const child = spawn(process.execPath, [program, ...words], { uid: 65_534, gid: 65_534 })
    let stderr = ''
    child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()))
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect(code, stderr).toBe(1)
    expect(stderr).toMatch(/log may not be entered/)
    expect(stderr).toMatch(/group e2etop may read it: usermod -aG e2etop USER/)
  })
})

describe('a recorder that may not be heard', () => {
  skipWhere(process.geteuid?.() === 0 ? undefined : 'needs root, to become somebody else')

  test('leaves a gap with that reason, not an answer that looks whole', async () => {
    const socket = join(home, 'closed.sock')
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(socket, resolve))
    for (const [path, mode] of [
      [home, 0o755],
      [join(home, 'log'), 0o755],
      [socket, 0o600],
    ] as const)
      chmodSync(path, mode)
    for (const name of readdirSync(join(home, 'log'))) chmodSync(join(home, 'log', name), 0o644)
    const words = [
      'count',
      '--data-dir',
      join(home, 'log'),
      '--socket',
      socket,
      '--since',
      madeSince,
    ]
    const child = spawn(process.execPath, [program, ...words], { uid: 65_534, gid: 65_534 })
    let stdout = ''
    child.stdout.on('data', (piece: Buffer) => (stdout += piece.toString()))
    await new Promise((resolve) => child.on('close', resolve))
    server.close()
    const gaps = [{ reason: 'recorder down' }, { reason: 'recorder unheard' }]
    expect(jsonLines(stdout).at(-1)).toMatchObject({ hosts: [{ gaps }] })
  })
})

describe('with a recorder that runs', () => {
  skipWhere(whyNoBpf() ?? (process.geteuid?.() === 0 ? undefined : 'needs root'))
  const recorder = new RecorderHome()

  test('an answer has what is written, what waits and what is still open, each flow once', async () => {
    await recorder.start('3s')
    const written = await transfer(1_000)
    await recorder.untilRecorded(written)
    const waiting = await transfer(20_000)
    const { open, port } = await opened(300_000)
    await sleep(1_500)
    const where = `local port (${written},${waiting},${port})`
    const words = ['count', ...recorder.places, '--where', where, '--sum', 'rx,flows']
    const { stdout } = await runProgram(words)
    open.destroy()
    expect(jsonLines(stdout)[0]).toMatchObject({ rx_bytes: 321_000, flows: 3 })
  })

  test('a log younger than the usual hour is whole; than what was asked for, it is not', async () => {
    await recorder.start('1s')
    await recorder.untilRecorded(await transfer(1_000))
    const words = ['top', ...recorder.places, '--format', 'table']
    const usual = await runProgram(words)
    expect(usual).toMatchObject({ code: 0, stderr: /\(the log begins\) to / })
    const named = await runProgram([...words, '--since', '1h'])
    expect(named).toMatchObject({ code: 3, stderr: /! recorded from / })
  })

  test('flows -f prints a flow when it ends, once', async () => {
    await recorder.start('1s')
    const words = ['flows', '-f', '--socket', recorder.socket, '--format', 'json']
    const follower = startProgram(words)
    await sleep(2_000)
    const port = await transfer(4_242)
    await sleep(3_000)
    follower.child.kill('SIGINT')
    const { code, stdout } = await follower.finished
    const flows = jsonLines(stdout).filter((line) => line['remote_port'] === port)
    expect(flows).toMatchObject([{ tx_bytes: 4_242, end_reason: 'end detected' }])
    expect(code).toBe(0)
  })

  /** A connection that has received so much and stays open. */
  async function opened(bytes: number) {
    const server = createServer((socket) => void socket.resume())
    server.unref()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const open = connect(port, '127.0.0.1', () => void open.write(Buffer.alloc(bytes)))
    return { open, port }
  }
})
