import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { serveCommand, SshHosts, whyNoSshHosts } from '../../lab/ssh-hosts.ts'
import { runMeasured } from '../run-measured.ts'
import { spreadOf, spreadText } from '../spread.ts'
import { textTable } from '../text-table.ts'
import { groupsOf } from './canned-answer.ts'
import { hostCost } from './host-cost.ts'

const usualCounts = [10, 50, 100]
const rounds = 3
const warmQuestions = 12
/** Until the console's code is as fast as it gets. */
const warmingUp = 2
/** In the log of the host whose cost is measured. */
const hostRecords = 1_000_000

interface Asked {
  readonly first: number
  readonly last: number
  /** Of it ready to run, but without a core. */
  readonly coreWait: number
  readonly cpuAHost: number
  readonly kilobytes: number
}

/**
 * The way to many hosts and back, of hosts on this machine, each with its sshd and its connection. Their answers are made
 * beforehand, by one program for all of them, because a hundred programs that start on two cores would be all that is
 * measured; how long a real `e2etop serve` takes to start on so many at once, and what a question costs one, is measured
 * beside it. They share the machine with the console: its CPU is the figure to carry over, times are upper bounds, and
 * it is told for how long of them the console was ready to run, but hosts had its cores. Beside it the same bytes over
 * ssh2 alone, and clush and parallel-ssh, where they are there, with a shell command of as many.
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
    for (const name of ['canned-host', 'console', 'ssh2-alone'])
      execFileSync(process.execPath, [
        'test/tools/build.mjs',
        `test/bench/fleet/${name}.ts`,
        bundle(name),
      ])
    symlinkSync(resolve('node_modules'), join(lab.directory, 'node_modules'))
    const socket = join(lab.directory, 'canned')
    canned = spawn(process.execPath, [bundle('canned-host'), socket], { stdio: 'inherit' })
    while (!existsSync(`${socket}.bytes`)) await new Promise((done) => setTimeout(done, 20))
    const bridge = `perl ${resolve('test/bench/fleet/bridge.pl')} ${socket}`
    console.log(
      `${rounds} rounds, ${warmQuestions - warmingUp} warm questions each; median [min-max]`,
    )
    show(['', 'groups', 'kB', 'first ms', 'last ms', 'of it without a core', 'console CPU ms/host'])
    for (const count of counts) {
      const some = lab.hosts.slice(0, count)
      const names = some.map(({ name }) => name)
      const consoleWords = (command: string, groups: number) => [
        bundle('console'),
        lab.config,
        command,
        String(groups),
        String(groups === 0 ? 0 : warmQuestions),
        ...names,
      ]
      for (const groups of Object.values(groupsOf).toSorted((a, b) => a - b)) {
        const asked = await measure(lab, consoleWords(bridge, groups))
        show(
          row([`${count} hosts, cold`, groups], cold(asked)),
          row([`${count} hosts, warm`, groups], warm(asked)),
        )
        const bytes = String(Math.round(1000 * asked[0]![0]!.kilobytes))
        const alone = await measure(lab, [
          bundle('ssh2-alone'),
          join(lab.directory, 'login'),
          `${bridge}.bytes`,
          bytes,
          String(warmQuestions),
          ...some.map(({ address }) => address),
        ])
        show(row([`${count} hosts, ssh2 alone`, groups], warm(alone)))
      }
      show(
        row(
          [`${count} hosts, e2etop serve starts`, 0],
          cold(await measure(lab, consoleWords(serveCommand(), 0))),
        ),
      )
    }
    console.log(
      textTable(['one host', 'kB', 'ms', 'host CPU ms/question'], await hostCost(hostRecords)),
    )
    for (const count of counts) await others(lab, names.slice(0, count))
  } finally {
    canned?.kill()
    lab.close()
  }
}

/** A measurement a question, the first of them cold; a list a round. */
async function measure(lab: SshHosts, words: readonly string[]): Promise<readonly Asked[][]> {
  const asked: Asked[][] = []
  for (let round = 0; round < rounds; round++) {
    const { stdout, stderr, code } = await lab.atConsole([process.execPath, ...words])
    if (code !== 0) throw new Error(stderr)
    asked.push(JSON.parse(stdout) as Asked[])
  }
  return asked
}

const cold = (rounds: readonly Asked[][]) => rounds.flatMap((asked) => asked.slice(0, 1))
const warm = (rounds: readonly Asked[][]) => rounds.flatMap((asked) => asked.slice(1 + warmingUp))

const widths = [30, 6, 6, 16, 20, 20, 19]
/** At once: a run of all numbers of hosts takes minutes. */
function show(...rows: readonly (readonly string[])[]): void {
  for (const cells of rows)
    console.log(
      cells
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join(' '),
    )
}

function row([name, groups]: readonly [string, number], asked: readonly Asked[]): string[] {
  const spread = (of: (one: Asked) => number, digits: number) =>
    spreadText(spreadOf(asked.map(of)), digits)
  return [
    name,
    String(groups),
    asked[0]!.kilobytes.toFixed(1),
    spread(({ first }) => first, 0),
    spread(({ last }) => last, 0),
    spread(({ coreWait }) => coreWait, 0),
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
