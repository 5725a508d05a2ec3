import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { logOf, recordOn } from '../lab/host-recorder.ts'
import { serveCommand, SshHosts, whyNoSshHosts } from '../lab/ssh-hosts.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { TmuxTerminal, whyNoTmux } from '../sim/tmux-terminal.ts'
import { makeLog } from './made-log.ts'
import { program } from './run-program.ts'

/** Ten kB a tenth of a second, and nothing back. */
const serverScript = `require('net').createServer((socket) => socket.resume()).listen(7001)`
const clientScript = `
const socket = require('net').connect(7001, process.argv[1])
setInterval(() => socket.write(Buffer.alloc(10_000)), 100)`

describe('the monitor of two hosts, and one that is not there', () => {
  const why = whyNoSshHosts() ?? whyNoTmux()
  skipWhere(why)
  let lab: SshHosts
  let terminal: TmuxTerminal
  let command: string

  beforeAll(async () => {
    if (why !== undefined) return
    lab = new SshHosts(['web1', 'web2'])
    const config = join(lab.directory, 'fleet.json')
    writeFileSync(config, JSON.stringify({ command: serveCommand() }))
    await lab.ready()
    for (const name of ['web1', 'web2']) {
      mkdirSync(logOf(lab, name))
      makeLog(logOf(lab, name))
      await recordOn(lab, name)
    }
    lab.spawnOn('web2', [process.execPath, '-e', serverScript])
    const { address } = lab.host('web2')
    lab.spawnOn(
      'web1',
      ['sh', '-c', 'sleep 1; exec "$@"', 'sh', process.execPath, '-e', clientScript, address],
      {
        uid: 12_001,
      },
    )
    const monitor = [process.execPath, resolve(program), '-H', 'web1,web2,nowhere.invalid']
    const places = ['-F', lab.config, '--fleet-config', config]
    const home = ['env', '-u', 'CI', `HOME=${lab.directory}`]
    command = [...lab.consoleNamespace, ...home, ...monitor, ...places].join(' ')
  })
  afterAll(() => lab?.close())
  afterEach(() => terminal?.close())

  test('has a view of them, goes into one, and into their past', async () => {
    terminal = new TmuxTerminal()
    terminal.start(`${command}; echo "CODE=$?"; exec cat`, 120, 30)
    await terminal.untilScreen(/e2etop +heard 2 of 3 \(1 unreachable\)/)
    terminal.keys('0')
    const hosts = await terminal.untilScreen(/ web1 +answered .* \d\d+(\.\d)?k .*[▁-█]/)
    expect(hosts).toMatch(/ web2 +answered /)
    expect(hosts).toMatch(/ nowhere\.invalid +unreachable: /)
    terminal.keys('g', 'Enter')
    await terminal.untilScreen(/All › web[12]/)
    expect(await terminal.untilScreen(/e2etop +web[12] /)).not.toMatch(/ web[12] .* web[12] +node/)
    terminal.keys('Escape')
    await terminal.untilScreen(/e2etop +heard 2 of 3/)
    terminal.keys('1')
    const flows = await terminal.untilScreen(/ OTHER END /)
    expect(flows).toMatch(/ web1 +node .*:7001 +root node @web2 /)
    expect(flows).toMatch(/ web2 +node .* 12001 node @web1 /)
    terminal.keys('g', 'w')
    await terminal.untilScreen(/: elsewhere host 10\./)
    terminal.keys('Tab')
    await terminal.untilScreen(/: elsewhere local host 10\S+ and local port/)
    terminal.keys('Tab', 'Enter')
    await terminal.untilScreen(/Where in the fleet: process node[^]*7D FL/)
    await terminal.untilScreen(/ web1 +node +12001 +1 .* \d\d+(\.\d)?k +0$/m)
    await terminal.untilScreen(/ web2 +node +root +1 /)
    await terminal.untilScreen(/nowhere\.invalid: unreachable/)
    terminal.keys('Escape')
    await terminal.untilScreen(/All › process node[^]*HOST +PROCESS +USER/)
    terminal.keys('Escape')
    await terminal.untilScreen(/ 1 Flows [^]* PID /)
    terminal.keys('0')
    await terminal.untilScreen(/ web1 +answered /)
    terminal.keys(':')
    await terminal.untilScreen(/^ *:/m)
    terminal.keys('-l', 'go 2023-11-14T22:16:00Z')
    terminal.keys('Enter')
    const past = await terminal.untilScreen(/PAST 2023-11-14 22:15/)
    expect(past).toMatch(/ web1 +answered /)
    expect(past).toMatch(/ web2 +answered /)
    expect(past).toMatch(/nowhere\.invalid: unreachable/)
    // What both recorded is in the strip, and that one of three said nothing.
    await terminal.untilScreen(/^ *≥\d\S*B .*[▁▂▃▄▅▆▇█]/m)
    expect(terminal.screen()).toMatch(/^ *5 min .*▲/m)
    terminal.keys(']')
    await terminal.untilScreen(/PAST 2023-11-14 22:20/)
    terminal.keys('1')
    await terminal.untilScreen(/ web1 +nginx[^]* web2 +nginx/)
    terminal.keys('L')
    await terminal.untilScreen(/ web1 +node/)
    terminal.keys('q')
    expect(await terminal.untilScreen(/CODE=/)).toMatch(/CODE=0/)
  })

  test('asks for the passphrase of a key where it is typed into the monitor, and goes on', async () => {
    const key = join(lab.directory, 'locked')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'horse 9', '-f', key])
    appendFileSync(join(lab.directory, 'login.pub'), readFileSync(`${key}.pub`))
    const config = join(lab.directory, 'locked_config')
    const usual = readFileSync(lab.config, 'utf8')
    writeFileSync(config, usual.replace(join(lab.directory, 'login'), key))
    terminal = new TmuxTerminal()
    const locked = command.replace(lab.config, config).replace(',nowhere.invalid', '')
    terminal.start(`${locked}; echo "CODE=$?"; exec cat`, 100, 24)
    await terminal.untilScreen(/^ Passphrase of \S+locked:/m)
    terminal.keys('-l', 'wrong')
    expect(await terminal.untilScreen(/locked: •••••/)).not.toContain('wrong')
    terminal.keys('Enter')
    await terminal.untilScreen(/^ Wrong\. Passphrase of \S+locked:/m)
    terminal.keys('-l', 'horse 9')
    terminal.keys('Enter')
    await terminal.untilScreen(/e2etop +web1, web2 /)
    terminal.keys('q')
    const left = await terminal.untilScreen(/CODE=/)
    expect(left).toMatch(/CODE=0/)
  })
})
