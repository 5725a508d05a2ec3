import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { whyNoBpf } from '../lab/why-no-bpf.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { TmuxTerminal, whyNoTmux } from '../sim/tmux-terminal.ts'
import { RecorderHome, transfer } from './recorder-home.ts'
import { program, runProgram } from './run-program.ts'

const whyNotRoot = process.geteuid?.() === 0 ? undefined : 'needs root'

describe('a recorder that is killed, or stopped for a while', () => {
  skipWhere(whyNoTmux() ?? whyNoBpf() ?? whyNotRoot)
  const home = new RecorderHome()
  let terminal: TmuxTerminal
  beforeEach(() => {
    terminal = new TmuxTerminal()
  })
  afterEach(() => terminal.close())

  test('its monitor says so, tries again, and goes on with the next one and the gap', async () => {
    const first = await home.start()
    // Under sudo: it is root when it first connects, and not any more when it connects again.
    const asDaemon = 'SUDO_USER=daemon SUDO_UID=1 SUDO_GID=1'
    terminal.start(
      `env -u CI ${asDaemon} node ${program} --socket ${home.socket} --where 'bytes = 1111 or bytes = 2222'`,
      110,
      24,
    )
    await terminal.untilScreen(/bpf via recorder/)
    const before = await transfer(1111)
    await terminal.untilScreen(new RegExp(`→ 127.0.0.1:${before} `))
    first.child.kill('SIGKILL')
    await terminal.untilScreen(/ ! Stale: the recorder has ended; trying again\./)
    expect(terminal.screen()).toMatch(/STALE/)
    await sleep(1000)
    await home.start()
    const back = await terminal.untilScreen(/ ! Not whole from .*: recorder down\./)
    expect(back).not.toMatch(/STALE/)
    expect(back).not.toMatch(`:${before} `)
    const after = await transfer(2222)
    const screen = await terminal.untilScreen(new RegExp(`→ 127.0.0.1:${after} `))
    expect(screen).not.toMatch(/STALE/)
  })

  test('a stop of seconds is a dated gap in the log and in the status, and loses no flow', async () => {
    const { child } = await home.start()
    await home.untilRecorded(await transfer(1))
    const stopped = Date.now()
    child.kill('SIGSTOP')
    const during = await transfer(4321)
    await sleep(6500)
    const went = Date.now()
    child.kill('SIGCONT')
    expect(await home.untilRecorded(during)).toMatchObject([{ txBytes: 4321 }])
    // On a busy machine it may have been late at another time too.
    const gaps = home.recorded().gaps.filter(({ to }) => to >= went)
    expect(gaps).toMatchObject([{ reason: 'recorder stalled' }])
    // It ticks every second: the gap is as long as the stop, and up to a tick more on either side.
    expect(gaps[0]!.from).toBeGreaterThan(stopped - 1500)
    expect(gaps[0]!.from).toBeLessThanOrEqual(stopped)
    expect(gaps[0]!.to).toBeGreaterThanOrEqual(went)
    const status = ['status', '--data-dir', home.log, '--socket', home.socket]
    const [text, json] = await Promise.all([
      runProgram(status),
      runProgram([...status, '--format', 'json']),
    ])
    const from = new Date(gaps[0]!.from).toISOString()
    expect(text.stdout).toContain(`gaps      ${from} to `)
    expect(JSON.parse(json.stdout)).toMatchObject({
      gaps: expect.arrayContaining([
        expect.objectContaining({ from, reason: 'recorder stalled', count: null }),
      ]),
    })
  })
})
