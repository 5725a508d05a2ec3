import { execFile, spawnSync } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import { whyNoBpf } from '../../src/capture/bpf/probe.ts'
import { vocabulary } from '../../src/model/vocabulary.ts'
import { scratchDirectory } from '../log/scratch-log.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { program, runProgram, startProgram } from './run-program.ts'

const whyNotRoot = process.geteuid?.() === 0 ? undefined : 'needs root'
const lines = (stdout: string) =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('the program', () => {
  test('without a terminal and without --once names --once, and exits 2', async () => {
    const { code, stdout, stderr } = await runProgram([])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/needs a terminal.*--once/)
  })

  test.each([
    [['--onse'], /no option '--onse'; did you mean '--once'/],
    [['--for', '5s'], /--for goes with --once/],
    [['--once', '--for', 'soon'], /takes a time/],
    [['--once', '--replay', 'x', '--source', 'bpf'], /takes the place of --source/],
  ])('%s exits 2 with one clear line', async (args, message) => {
    const { code, stdout, stderr } = await runProgram(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/^ {4}at /m)
  })

  test.each([
    ['that is not there', '/nonexistent/x', /ENOENT/],
    ['that is no recording', 'package.json', /package\.json/],
  ])(
    'a recording %s exits 1 with what and what next, and no stack',
    async (_what, path, message) => {
      const { code, stdout, stderr } = await runProgram(['--once', '--replay', path])
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toMatch(message)
      expect(stderr).not.toMatch(/^ {4}at /m)
    },
  )

  test.each([
    ['settings that are no JSON', 'monitor.json', '{', /monitor\.json: no JSON: .*\s+Correct /],
    ['a setting that is none', 'monitor.json', '{"theme": 3}', /monitor\.json: theme/],
    ['a theme of the settings that is none', 'monitor.json', '{"theme": "toString"}', /no theme/],
    ['a theme that is no JSON', 'themes/own.json', 'x', /own\.json: no JSON/],
  ])('%s exit 1 and name the file', async (_what, name, text, message) => {
    const home = scratchDirectory()
    mkdirSync(join(home, 'e2etop', 'themes'), { recursive: true })
    writeFileSync(join(home, 'e2etop', name), text)
    const { status, stdout } = spawnSync(
      'script',
      ['-qec', `${process.execPath} ${program} --demo`, '/dev/null'],
      {
        env: { ...process.env, XDG_CONFIG_HOME: home, SUDO_UID: '', TERM: 'xterm' },
        encoding: 'utf8',
      },
    )
    expect(stdout).toMatch(message)
    expect(status).toBe(1)
  })

  test.each([
    ['that is not there', '/nonexistent.theme', /cannot be read: ENOENT/],
    ['that is none', 'package.json', /no line of it is theme/],
  ])('a theme of btop %s exits 1', async (_what, file, message) => {
    const { code, stderr } = await runProgram(['theme', 'import', file])
    expect(stderr).toMatch(message)
    expect(code).toBe(1)
  })

  test('help and version go to stdout and exit 0', async () => {
    expect((await runProgram(['help'])).stdout).toMatch(/^usage: e2etop/)
    expect(await runProgram(['--version'])).toMatchObject({ code: 0, stderr: '' })
  })

  test.each([
    ['help'],
    ['doctor'],
    ['--once', '--replay', 'test/corpus/demo.samples.jsonl', '--for', '100ms'],
  ])('%s whose answer finds no room says so and exits 1', (...words) => {
    const full = openSync('/dev/full', 'w')
    const { status, stderr } = spawnSync(process.execPath, [program, ...words], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    })
    closeSync(full)
    expect(status).toBe(1)
    expect(stderr).toMatch(/the answer cannot be written: ENOSPC/)
  })

  test('doctor says for each need whether it is there, and which source will be used', async () => {
    const { code, stdout } = await runProgram(['doctor'])
    expect([0, 3]).toContain(code)
    expect(stdout).toMatch(/BTF/)
    expect(stdout).toMatch(/e2etop will use (bpf|sockdiag)/)
  })

  test('a reader that stops reading ends the program without a complaint', () => {
    const shell = `${process.execPath} ${program} help | head -1; echo "\${PIPESTATUS[0]}"`
    const { stdout, stderr } = spawnSync('bash', ['-c', shell], { encoding: 'utf8' })
    expect({ stdout, stderr }).toEqual({
      stdout: 'usage: e2etop [COMMAND] [OPTION...]\n0\n',
      stderr: '',
    })
  })

  test('a replay gives a status line first, then each flow under the whole vocabulary', async () => {
    const replay = ['--once', '--for', '2s', '--replay', 'test/corpus/demo.samples.jsonl']
    const { stdout } = await runProgram([...replay, '--format', 'json'])
    const [status, ...flows] = lines(stdout)
    expect(status).toMatchObject({ type: 'status', source: 'replay' })
    expect(flows.length).toBeGreaterThan(0)
    for (const flow of flows)
      expect(Object.keys(flow)).toEqual(['type', ...Object.keys(vocabulary)])
  })
})

describe('--where', () => {
  const replay = ['--once', '--for', '2s', '--format', 'json']
  const demo = ['--replay', 'test/corpus/demo.samples.jsonl']

  test('gives the flows that the filter matches, all of them, and says so in the status', async () => {
    const where = 'user alice and dst port (443,6379)'
    const [all, some] = await Promise.all([
      runProgram([...replay, ...demo]),
      runProgram([...replay, ...demo, '--where', where]),
    ])
    const isMeant = (flow: Record<string, unknown>) =>
      flow['user'] === 'alice' &&
      flow['direction'] === 'outbound' &&
      (flow['remote_port'] === 443 || flow['remote_port'] === 6379)
    const ids = (stdout: string) =>
      lines(stdout)
        .filter(({ type }) => type === 'flow')
        .map((flow) => flow['flow_id'])
    const [status, ...flows] = lines(some.stdout)
    expect(status).toMatchObject({ where: 'user alice and dst port (443,6379)', flows_untested: 0 })
    expect(flows.filter((flow) => !isMeant(flow))).toEqual([])
    expect(ids(some.stdout)).toEqual(
      lines(all.stdout)
        .filter(isMeant)
        .map((flow) => flow['flow_id']),
    )
    expect(flows.length).toBeGreaterThan(3)
    expect(lines(all.stdout).length).toBeGreaterThan(flows.length + 1)
  })

  test('that is no filter exits 2 with a caret under the word, before anything is captured', async () => {
    const { code, stdout, stderr } = await runProgram(['--once', '--where', 'port 80 adn user bob'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('\n  port 80 adn user bob\n          ^^^\n')
    expect(stderr).toMatch(/did you mean 'and'\?[^]*e2etop help filter/)
  })

  test('is explained by `help filter`', async () => {
    const { code, stdout } = await runProgram(['help', 'filter'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ {2}process .*nginx\*$/m)
  })
})

describe('the program on real traffic', () => {
  skipWhere(whyNoBpf() ?? whyNotRoot)
  let server: Server | undefined
  afterEach(() => server?.close())

  /** Serves `bytes` of body on loopback. */
  async function serve(bytes: number): Promise<number> {
    server = createServer((_request, response) => response.end(Buffer.alloc(bytes)))
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }

  test('one curl of another user is one flow with its process, user and exact bytes', async () => {
    const port = await serve(100_000)
    const { child, finished } = startProgram(['--once', '--for', '3s', '--format', 'json'])
    await new Promise((resolve) => setTimeout(resolve, 1500))
    // Not spawnSync: the server that curl asks is in this process.
    const asNobody = ['--reuid', '65534', '--regid', '65534', '--clear-groups']
    const counted = '%{size_request} %{size_header} %{size_download}'
    const curl = ['curl', '-s', '-m', '5', '-o', '/dev/null', '-w', counted]
    const { stdout: counts } = await promisify(execFile)('setpriv', [
      ...asNobody,
      ...curl,
      `http://127.0.0.1:${port}/`,
    ])
    const [request, header, body] = counts.split(' ').map(Number)
    const { code, stdout, stderr } = await finished
    expect(child.exitCode, stderr).toBe(0)
    expect(code).toBe(0)
    // By port too: whatever else runs on this machine may use curl.
    const flows = lines(stdout).filter(
      (line) => line['process'] === 'curl' && line['remote_port'] === port,
    )
    expect(flows).toMatchObject([
      {
        owner: 'process',
        uid: 65_534,
        user: 'nobody',
        exe: expect.stringMatching(/curl$/),
        direction: 'outbound',
        remote_port: port,
        tx_bytes: request,
        rx_bytes: (header ?? 0) + (body ?? 0),
        end_reason: 'end detected',
        flags: ['loopback'],
      },
    ])
  })

  test('the recorder leaves root, and under sudo so does all the rest', async () => {
    const sudo = { SUDO_UID: '65534', SUDO_GID: '65534', SUDO_USER: 'nobody' }
    const { child, finished } = startProgram(['--once', '--for', '2s', '--format', 'json'], sudo)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    const field = (pid: number | string, name: string) =>
      new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]!
    const recorder = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim()
    for (const pid of [child.pid!, recorder]) {
      expect(field(pid, 'Uid').split('\t')).toEqual(Array(4).fill('65534'))
      expect(field(pid, 'Groups').trim()).not.toMatch(/(^| )0( |$)/)
    }
    expect(BigInt(`0x${field(child.pid!, 'CapEff')}`)).toBe(0n)
    expect(BigInt(`0x${field(recorder, 'CapEff')}`)).toBe(1n << 39n)
    expect(field(recorder, 'NoNewPrivs')).toBe('1')
    expect((await finished).code).toBe(0)
  })

  test('an interrupt prints what was found so far and says that it is partial', async () => {
    const { child, finished } = startProgram(['--once', '--for', '60s', '--format', 'json'])
    await new Promise((resolve) => setTimeout(resolve, 2000))
    child.kill('SIGINT')
    const { code, stdout, stderr } = await finished
    expect(code).toBe(3)
    expect(lines(stdout)[0]).toMatchObject({ type: 'status' })
    expect(stderr).toMatch(/interrupted/)
  })

  test('a recorder that is killed ends the look with what it had, marked stale', async () => {
    const { child, finished } = startProgram(['--once', '--for', '60s', '--format', 'json'])
    await new Promise((resolve) => setTimeout(resolve, 2000))
    const recorder = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim()
    process.kill(Number(recorder), 'SIGKILL')
    const { code, stdout, stderr } = await finished
    expect(code).toBe(3)
    expect(lines(stdout)[0]).toMatchObject({ stale: 'the recorder has ended' })
    expect(stderr).toMatch(/stale/)
  })
})
