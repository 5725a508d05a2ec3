import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { SshHosts, whyNoSshHosts } from '../../lab/ssh-hosts.ts'
import { runMeasured } from '../run-measured.ts'
import { spreadOf, spreadText } from '../spread.ts'
import { textTable } from '../text-table.ts'
import { groupsOf } from './canned-answer.ts'

const usualCounts = [10, 50, 100]
const rounds = 2
const warmQuestions = 6

interface Asked {
  readonly first: number
  readonly last: number
  readonly cpuAHost: number
  readonly kilobytes: number
}

/**
 * The way to many hosts and back: hosts on this machine with real sshd, whose answers are made beforehand, so that the
 * hosts' own work is that of their sshd and one Node. They share the machine with the console: its CPU is the figure to
 * carry over, times are upper bounds. Beside it clush and parallel-ssh, where they are there, with a shell command of
 * as many bytes.
 */
export async function fleet(options: readonly string[]): Promise<void> {
  const counts = options.length > 0 ? options.map(Number) : usualCounts
  const why = whyNoSshHosts()
  if (why !== undefined) return console.log(`not here: ${why}`)
  const names = Array.from({ length: Math.max(...counts) }, (_, i) => `host${i + 1}`)
  const lab = new SshHosts(names)
  try {
    await lab.ready()
    const host = join(lab.directory, 'host.mjs')
    execFileSync(process.execPath, [
      'test/tools/build.mjs',
      'test/bench/fleet/canned-host.ts',
      host,
    ])
    const command = `${process.execPath} ${host}`
    const rows: string[][] = []
    for (const count of counts)
      for (const size of [5, 50] as const) {
        const asked = await measure(lab, { command, names: names.slice(0, count), size })
        rows.push(
          row(
            `${count} hosts, cold`,
            asked.map(([cold]) => cold!),
          ),
        )
        rows.push(
          row(
            `${count} hosts, warm`,
            asked.flatMap(([, , ...warm]) => warm),
          ),
        )
      }
    console.log(`${rounds} rounds, ${warmQuestions - 1} warm questions each; median [min-max]`)
    console.log(textTable(['e2etop', 'kB', 'first ms', 'last ms', 'console CPU ms/host'], rows))
    for (const count of counts) await others(lab, names.slice(0, count))
  } finally {
    lab.close()
  }
}

interface Setup {
  readonly command: string
  readonly names: readonly string[]
  readonly size: keyof typeof groupsOf
}

/** A measurement a question, the first of them cold; a list a round. */
async function measure(lab: SshHosts, { command, names, size }: Setup): Promise<Asked[][]> {
  const asked: Asked[][] = []
  for (let round = 0; round < rounds; round++) {
    const driver = [resolve('test/bench/fleet/console.ts'), lab.config, command]
    const values = [String(groupsOf[size]), String(warmQuestions), ...names]
    const { stdout, stderr, code } = await lab.atConsole([
      process.execPath,
      '--import',
      'tsx',
      ...driver,
      ...values,
    ])
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
