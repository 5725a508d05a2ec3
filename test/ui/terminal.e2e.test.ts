import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pty from '@lydell/node-pty'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { skipWhere } from '../sim/skip-where.ts'
import { TmuxTerminal, whyNoTmux } from '../sim/tmux-terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'e2etop-ui-'))
/** Each test's own: a server that is being killed would take the next test's session with it. */
let terminal = new TmuxTerminal()
const tmux = (...args: string[]) => terminal.tmux(...args)
const screen = () => terminal.screen()
const keys = (...names: string[]) => terminal.keys(...names)
const resize = (columns: number, rows: number) => terminal.resize(columns, rows)
const until = <T>(what: string, look: () => T | undefined) => terminal.until(what, look)
const untilScreen = (pattern: RegExp) => terminal.untilScreen(pattern)

const program = join(folder, 'demo-monitor.mjs')
const monitorCommand = `env -u CI node ${program}`

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Pid of the monitor in the pane: node, whether the shell became it or is its parent. */
function monitorPid(): number {
  const tty = tmux('display', '-p', '-t', 't', '#{pane_tty}').trim().replace('/dev/', '')
  const lines = execFileSync('ps', ['-o', 'pid=,args=', '-t', tty], { encoding: 'utf8' })
  const line = lines.split('\n').find((one) => /^\s*\d+ node /.test(one))
  if (!line) throw new Error(`no node on ${tty}:\n${lines}`)
  return Number.parseInt(line, 10)
}

/** What the terminal is like once the monitor has ended. */
async function terminalAfter() {
  const text = await untilScreen(/CODE=\d+[^]*extproc/)
  const [alternateScreen, cursor, wrapping, mouse] = tmux(
    'display',
    '-p',
    '-t',
    't',
    '#{alternate_on} #{cursor_flag} #{wrap_flag} #{mouse_any_flag}',
  )
    .trim()
    .split(' ')
    .map((flag) => flag === '1')
  return {
    exitCode: Number(/CODE=(\d+)/.exec(text)?.[1]),
    tableShown: text.includes('REMOTE'),
    editing: /^isig icanon iexten echo /m.test(text),
    alternateScreen,
    cursor,
    wrapping,
    mouse,
  }
}

/** The shell's again, as it was. */
const restored = (exitCode: number) => ({
  exitCode,
  tableShown: false,
  editing: true,
  alternateScreen: false,
  cursor: true,
  wrapping: true,
  mouse: false,
})

const newSession = (command: string) => terminal.start(command, 90, 30)

async function startMonitor(): Promise<void> {
  newSession(`${monitorCommand}; echo "CODE=$?"; stty -a; exec cat`)
  await untilScreen(/nginx/)
}

describe('the monitor on a real terminal', () => {
  skipWhere(whyNoTmux())

  beforeAll(() => {
    execFileSync('node', ['test/tools/build.mjs', 'test/ui/demo-monitor.ts', program])
  })
  afterEach(() => {
    terminal.close()
    terminal = new TmuxTerminal()
  })
  afterAll(() => {
    terminal.close()
    rmSync(folder, { recursive: true })
  })

  test('moves by keys that come together, resizes and comes back from 20x5, and quits', async () => {
    await startMonitor()
    keys('jjj', 'Down', 'Tab')
    await untilScreen(/ 2 Procs .*[^]*nginx +www-data/)
    keys('1')
    resize(20, 5)
    await untilScreen(/e2etop needs 60x15/)
    resize(80, 24)
    const text = await untilScreen(/q quit.*freeze/)
    expect(text).toMatch(/REMOTE +▼TX B\/s RX B\/s TX TOT RX TOT/)
    keys('q')
    expect(await terminalAfter()).toEqual(restored(0))
  })

  test('filters as one types, opens a group, and comes back', async () => {
    await startMonitor()
    keys('/', 'user mallory')
    await untilScreen(/\/ user mallory[^]*keep/)
    await until('only mallory', () => (/nginx/.test(screen()) ? undefined : true))
    keys('Escape')
    await untilScreen(/nginx/)
    keys('6', 'j')
    await untilScreen(/6 Remotes/)
    keys('Enter')
    await untilScreen(/All › 2?0[^]*REMOTE/)
    keys('i')
    keys('Escape')
    await untilScreen(/6 Remotes[^]*REMOTE HOST/)
    keys('v')
    await untilScreen(/Traffic by remote host/)
    keys('q')
    expect(await terminalAfter()).toEqual(restored(0))
  })

  test('unfolds groups where they stand, shows the tree of processes, and interfaces', async () => {
    await startMonitor()
    keys('3', 'j', 'Right')
    await untilScreen(/^- [^]*└─/m)
    keys('j', '+')
    await untilScreen(/└─[→←] [^]*:443|[→←] .*:/)
    keys('-', 'Left', '-')
    await until('all folded', () => (/[├└]─/.test(screen()) ? undefined : true))
    keys('T')
    await untilScreen(/2 Tree [^]*PROCESS +PID +USER/)
    keys('T', '9')
    await untilScreen(/9 Ifs [^]*eth0 +192\.0\.2\.10[^]*lo /)
    keys('q')
    expect(await terminalAfter()).toEqual(restored(0))
  })

  test('shows names for addresses, masks everything, and copies into the clipboard of tmux', async () => {
    await startMonitor()
    tmux('set', '-g', 'set-clipboard', 'on')
    keys('n')
    await untilScreen(/REMOTE \(DNS\)[^]*example\.net:\d+/)
    keys('n', 'j', 'y')
    const [, address] = /heeds it: (\S+)/.exec(await untilScreen(/heeds it: /)) ?? []
    await until('the copy', () => {
      const buffers = tmux('list-buffers')
      return buffers === '' ? undefined : tmux('show-buffer') === address || undefined
    })
    keys('M')
    const masked = await untilScreen(/MASKED[^]*240\.0\./)
    expect(masked).not.toMatch(/203\.0\.113|www-data/)
    keys('j', 'Y')
    await until('the row', () => /^nginx\t.*240\.0\./.test(tmux('show-buffer')) || undefined)
    keys('M')
    await untilScreen(/203\.0\.113/)
    keys('q')
    expect(await terminalAfter()).toEqual(restored(0))
  })

  test('Ctrl-C leaves with 130', async () => {
    await startMonitor()
    keys('C-c')
    expect(await terminalAfter()).toEqual(restored(130))
  })

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGQUIT', 131],
    ['SIGHUP', 129],
  ] as const)('%s restores the terminal', async (signal, exitCode) => {
    await startMonitor()
    process.kill(monitorPid(), signal)
    expect(await terminalAfter()).toEqual(restored(exitCode))
  })

  test('a crash restores the terminal and then reports', async () => {
    await startMonitor()
    process.kill(monitorPid(), 'SIGUSR2')
    expect(await terminalAfter()).toEqual(restored(70))
    expect(screen()).toContain('crash: Error: boom')
  })

  test('Ctrl-Z gives the shell back, fg the monitor, as often as one likes', async () => {
    newSession('PS1="ready> " bash --norc -i')
    await untilScreen(/ready>/)
    keys(`${monitorCommand}; echo "CODE=$?"; stty -a`, 'Enter')
    for (let time = 1; time <= 2; time++) {
      await untilScreen(/q quit/)
      keys('C-z')
      const shell = await untilScreen(/Stopped/)
      expect(shell).not.toContain('REMOTE')
      expect(tmux('display', '-p', '-t', 't', '#{alternate_on} #{cursor_flag}').trim()).toBe('0 1')
      keys('clear; fg', 'Enter')
    }
    await untilScreen(/q quit/)
    keys('j', 'q')
    await untilScreen(/ready>\s*$/)
    expect(tmux('display', '-p', '-t', 't', '#{alternate_on} #{cursor_flag}').trim()).toBe('0 1')
  })

  test('a terminal that hangs up ends the monitor by SIGKILL, where Node alone would dump core', async () => {
    const code = join(folder, 'code')
    newSession(`trap '' HUP; ${monitorCommand}; echo $? > ${code}.new; mv ${code}.new ${code}`)
    await untilScreen(/nginx/)
    tmux('kill-session', '-t', 't')
    await until('the exit code', () => (existsSync(code) ? true : undefined))
    expect(readFileSync(code, 'utf8').trim()).toBe('137')
  })

  test('a terminal that nobody reads holds up neither the monitor nor its end', async () => {
    const child = pty.spawn('node', [program], { cols: 200, rows: 60, name: 'xterm' })
    const ended = new Promise<number>((resolve) => {
      child.onExit(({ exitCode }) => resolve(exitCode))
    })
    await new Promise<void>((resolve) => {
      child.onData((data) => {
        if (data.includes('nginx')) resolve()
      })
    })
    child.pause()
    // Whole frames of 8 kB, five times what the kernel keeps for a pty.
    for (let i = 0; i < 40; i++) {
      child.write(String.fromCharCode(0x0c))
      await sleep(30)
    }
    process.kill(child.pid, 'SIGTERM')
    await until('the end of the monitor', () => (isAlive(child.pid) ? undefined : true))
    child.resume()
    expect(await ended).toBe(143)
  })
})
