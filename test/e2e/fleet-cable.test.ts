import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fleetLimits } from '../../src/model/fleet-limits.ts'
import { recordOn } from '../lab/host-recorder.ts'
import { serveCommand, SshHosts, whyNoSshHosts } from '../lab/ssh-hosts.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { TmuxTerminal, whyNoTmux } from '../sim/tmux-terminal.ts'
import { program } from './run-program.ts'

/** Until silence is noticed, and a host that is back is tried again. */
const patienceMs = 2 * fleetLimits.fleetSilenceMs

describe('a monitor of three hosts', () => {
  const why = whyNoSshHosts() ?? whyNoTmux()
  skipWhere(why)
  const names = ['web1', 'web2', 'db1']
  let lab: SshHosts
  let terminal: TmuxTerminal

  beforeAll(async () => {
    if (why !== undefined) return
    lab = new SshHosts(names)
    const config = join(lab.directory, 'fleet.json')
    writeFileSync(config, JSON.stringify({ command: serveCommand() }))
    await lab.ready()
    await Promise.all(names.map((name) => recordOn(lab, name)))
    const home = ['env', '-u', 'CI', `HOME=${lab.directory}`]
    const monitor = [process.execPath, resolve(program), '-H', names.join(',')]
    const places = ['-F', lab.config, '--fleet-config', config]
    terminal = new TmuxTerminal(patienceMs)
    const command = [...lab.consoleNamespace, ...home, ...monitor, ...places].join(' ')
    terminal.start(`${command}; echo "CODE=$?"; exec cat`, 120, 20)
    await terminal.untilScreen(/e2etop +web1, web2, db1 /)
    terminal.keys('0')
    await terminal.untilScreen(/ web2 +answered /)
  })
  afterAll(() => {
    terminal?.close()
    lab?.close()
  })

  test('hears all again whose sshd sessions are killed at once', async () => {
    for (const name of names)
      for (const pid of lab.sessionsOf(name)) spawnSync('kill', ['-9', String(pid)])
    await terminal.untilScreen(/heard [012] of 3/)
    const back = await terminal.untilScreen(/e2etop +web1, web2, db1 /)
    for (const name of names) expect(back).toMatch(new RegExp(` ${name} +answered `))
  })

  test('says late of one whose cable is cut, and hears it again when it is mended', async () => {
    lab.cable('web2', 'down')
    const cut = await terminal.untilScreen(/e2etop +heard 2 of 3 \(1 (late|unreachable)\)/)
    expect(cut).toMatch(/ web2 +(late: it has said nothing for \d+ s|unreachable: )/)
    expect(cut).toMatch(/ web1 +answered /)
    expect(cut).toMatch(/ db1 +answered /)
    lab.cable('web2', 'up')
    const mended = await terminal.untilScreen(/e2etop +web1, web2, db1 /)
    expect(mended).toMatch(/ web2 +answered /)
  })
})
