import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { serveCommand, SshHosts, whyNoSshHosts } from '../../lab/ssh-hosts.ts'
import { runMeasured } from '../run-measured.ts'
import { spreadOf, spreadText } from '../spread.ts'
import { textTable } from '../text-table.ts'
import { groupsOf } from './canned-answer.ts'

const usualCounts = [10, 50, 100]
const rounds = 3
const warmQuestions = 12
/** Until the console's code is as fast as it gets. */
const warmingUp = 2

interface Asked {
  readonly first: number
  readonly last: number
  readonly cpuAHost: number
  readonly kilobytes: number
}

/**
 * The way to many hosts and back, of hosts on this machine, each with its sshd and its connection. Their answers are made
 * beforehand, by one program for all of them, because a hundred programs that start on two cores would be all that is
 * measured; how long a real `e2etop serve` takes to start on so many at once is measured beside it. They share the
 * machine with the console: its CPU is the figure to carry over, times are upper bounds. Beside it clush and
 * parallel-ssh, where they are there, with a shell command of as many bytes.
 */
export async function fleet(options: readonly string[]): Promise<void> {
  const counts = options.length > 0 ? options.map(Number) : usualCounts
  const why = whyNoSshHosts()
  if (why !== undefined) return console.log(`not here: ${why}`)
  const names = Array.from({ length: Math.max(...counts) }, (_, i) => `host${i + 1}`)
  const lab = new SshHosts(names)
  let canned: ChildProcess | undefined
  try {
    await lab.ready()
    const bundle = (name: string) => join(lab.directory, `${name}.mjs`)
    for (const name of ['canned-host', 'console'])
      execFileSync(process.execPath, [
        'test/tools/build.mjs',
        `test/bench/fleet/${name}.ts`,
        bundle(name),
      ])
    symlinkSync(resolve('node_modules'), join(lab.directory, 'node_modules'))
    const socket = join(lab.directory, 'canned')
    canned = spawn(process.execPath, [bundle('canned-host'), socket], { stdio: 'inherit' })
    while (!existsSync(socket)) await new Promise((done) => setTimeout(done, 20))
    const command = `perl ${resolve('test/bench/fleet/bridge.pl')} ${socket}`
    const driver = bundle('console')
    const rows: string[][] = []
    for (const count of counts) {
      const some = names.slice(0, count)
      for (const size of [5, 50] as const) {
        const asked = await measure(lab, { driver, command, names: some, groups: groupsOf[size] })
        const warm = asked.flatMap((round) => round.slice(1 + warmingUp))
        rows.push(
          row(
            `${count} hosts, cold`,
            asked.flatMap((round) => round.slice(0, 1)),
          ),
        )
        rows.push(row(`${count} hosts, warm`, warm))
      }
      const started = await measure(lab, {
        driver,
        command: serveCommand(),
        names: some,
        groups: 0,
      })
      rows.push(
        row(
          `${count} hosts, e2etop serve starts`,
          started.flatMap((round) => round),
        ),
      )
    }
    const shown = `${warmQuestions - warmingUp} warm questions each`
    console.log(`${rounds} rounds, ${shown}; median [min-max]`)
    console.log(textTable(['e2etop', 'kB', 'first ms', 'last ms', 'console CPU ms/host'], rows))
    for (const count of counts) await others(lab, names.slice(0, count))
  } finally {
    canned?.kill()
    lab.close()
  }
}

interface Setup {
  readonly driver: string
  readonly command: string
  readonly names: readonly string[]
  /** 0: nothing is asked. */
  readonly groups: number
}

/** A measurement a question, the first of them cold; a list a round. */
async function measure(
  lab: SshHosts,
  { driver, command, names, groups }: Setup,
): Promise<readonly Asked[][]> {
  const asked: Asked[][] = []
  for (let round = 0; round < rounds; round++) {
    const warm = groups === 0 ? 0 : warmQuestions
    const words = [driver, lab.config, command, String(groups), String(warm), ...names]
    const { stdout, stderr, code } = await lab.atConsole([process.execPath, ...words])
    if (code !== 0) throw new Error(stderr)
    asked.push(JSON.parse(stdout) as Asked[])
    process.stderr.write('.')
  }
  process.stderr.write('\n')
  return asked
}

function row(name: string, asked: readonly Asked[]): string[] {
  const spread = (of: (one: Asked) => number, digits: number) =>
    spreadText(spreadOf(asked.map(of)), digits)
  return [
    name,
    asked[0]!.kilobytes.toFixed(1),
    spread(({ first }) => first, 0),
    spread(({ last }) => last, 0),
    spread(({ cpuAHost }) => cpuAHost, 2),
  ]
}

/** A new login for each question; of clush the 32 at once that are ours, too. */
async function others(lab: SshHosts, names: readonly string[]): Promise<void> {
  const list = join(lab.directory, 'hosts')
  writeFileSync(list, names.join('\n'))
  const bytes = 'head -c 50000 /dev/zero | base64 -w0 | head -c 50000'
  const tools = [
    {
      name: 'clush',
      command: ['clush', '-f', '32', '-o', `-F ${lab.config}`, '-w', names.join(','), '-L', bytes],
    },
    {
      name: 'parallel-ssh',
      command: ['parallel-ssh', '-p', '32', '-x', `-F ${lab.config}`, '-h', list, '-i', bytes],
    },
  ].filter(({ name }) => spawnSync('which', [name]).status === 0)
  for (const { name, command } of tools) {
    const run = await runMeasured([...lab.consoleNamespace, ...command])
    const cpu = ((run.cpuSeconds * 1000) / names.length).toFixed(1)
    const last = run.wallMs.toFixed(0)
    console.log(`${name}, ${names.length} hosts, 50 kB: last ${last} ms, CPU ${cpu} ms/host`)
  }
}
