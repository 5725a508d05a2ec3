import { execFile, spawnSync } from 'node:child_process'
import { copyFileSync, chmodSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { whyNoBpf } from '../../src/capture/bpf/probe.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { TmuxTerminal, whyNoTmux } from '../sim/tmux-terminal.ts'
import { program } from './run-program.ts'

const execute = promisify(execFile)
const asNobody = ['--reuid', '65534', '--regid', '65534', '--clear-groups']
const monitor = `env -u CI node ${program}; echo "CODE=$?"; exec cat`
/** Other traffic of a busy machine would take all lines of the screen. */
const monitorOfNobody = monitor.replace(program, `${program} --where 'user nobody'`)

const whyNoCurl =
  spawnSync('curl', ['--version']).error === undefined ? undefined : 'curl is not installed'

describe('the monitor on real traffic', () => {
  skipWhere(whyNoTmux() ?? whyNoBpf() ?? whyNoCurl)
  let terminal: TmuxTerminal
  let server: Server
  let port: number

  beforeEach(async () => {
    terminal = new TmuxTerminal()
    server = createServer((_request, response) => response.end(Buffer.alloc(50_000)))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  afterEach(() => {
    terminal.close()
    server.close()
  })

  const curl = (binary: string) =>
    execute('setpriv', [...asNobody, binary, '-s', '-m', '5', `http://127.0.0.1:${port}/`])

  test("another user's curl appears with its process and user, in both views", async () => {
    terminal.start(monitorOfNobody, 110, 24)
    await terminal.untilScreen(/e2etop.* bpf /)
    await curl('curl')
    expect(await terminal.untilScreen(/curl .*nobody/)).toMatch(
      new RegExp(`× curl +\\d+ nobody +tcp +→ 127\\.0\\.0\\.1:${port} `),
    )
    terminal.keys('Tab')
    await terminal.untilScreen(/× curl +nobody +0 +1 /)
    terminal.keys('q')
    expect(await terminal.untilScreen(/CODE=/)).toMatch(/CODE=0/)
  })

  test('a process named in escape sequences is shown harmless', async () => {
    const hostile = join(terminal.folder, '\u001b[2J\u001b]0;x\u0007\u202ez\n')
    const found = (await execute('which', ['curl'])).stdout.trim()
    copyFileSync(found, hostile)
    chmodSync(terminal.folder, 0o755)
    chmodSync(hostile, 0o755)
    terminal.start(monitorOfNobody, 110, 24)
    await terminal.untilScreen(/e2etop.* bpf /)
    await curl(hostile)
    const screen = await terminal.untilScreen(/\d nobody/)
    expect(screen).toMatch(/× \ufffd\[2J\ufffd\]0;x\ufffd\ufffdz\ufffd +\d+ nobody/)
    expect(terminal.tmux('display', '-p', '-t', 't', '#{pane_title}')).not.toMatch(/^x/)
  })
})

describe('the monitor of the invented host', () => {
  skipWhere(whyNoTmux())
  let terminal: TmuxTerminal
  beforeEach(() => {
    terminal = new TmuxTerminal()
  })
  afterEach(() => terminal.close())

  test('shows countries and AS of the database that came with it, and the interfaces that were recorded', async () => {
    terminal.start(monitor.replace(program, `${program} --demo`), 120, 24)
    await terminal.untilScreen(/firefox-esr/)
    terminal.keys('N')
    await terminal.untilScreen(
      /CTRY AS \(2026-06-17\)[^]*\[2a02:ec80:300:…\]:443 US +14907 Wikimedia/,
    )
    terminal.keys('C')
    await terminal.untilScreen(/COUNTRY \(2026-06-17\)[^]*US United States/)
    terminal.keys('A')
    await terminal.untilScreen(/14907 Wikimedia Foundation Inc\./)
    terminal.keys('9')
    await terminal.untilScreen(/eth0 +192\.0\.2\.10, 2001:db/)
    terminal.keys('q')
    expect(await terminal.untilScreen(/CODE=/)).toMatch(/CODE=0/)
  })
})

describe('the monitor where it cannot start', () => {
  skipWhere(whyNoTmux())
  let terminal: TmuxTerminal
  beforeEach(() => {
    terminal = new TmuxTerminal()
  })
  afterEach(() => terminal.close())

  test('a recording that is not there leaves a line, the shell, and exit 1', async () => {
    terminal.start(monitor.replace(program, `${program} --replay /nonexistent`), 100, 10)
    const screen = await terminal.untilScreen(/CODE=/)
    expect(screen).toMatch(/^e2etop: .*ENOENT/)
    expect(screen).toMatch(/CODE=1/)
  })
})
