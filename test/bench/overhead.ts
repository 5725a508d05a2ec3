import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeNamespacePair, runIn, whyNoNamespaces, type Namespace } from '../lab/namespace-pair.ts'
import { interleave, ratios, type Variant } from './interleave.ts'
import { cpuMsOf, e2etop, nethogs, noMonitor, rssMbOf, type Monitor } from './monitors.ts'
import { spreadOf, spreadText } from './spread.ts'
import { textTable } from './text-table.ts'

const rounds = 8

/** Operations for about 0.4 s each: long against the kernel's clock, short against the machine's moods. */
const loads = {
  'tcp-64': { operations: 40_000, what: 'TCP 64 B request/response' },
  'udp-64': { operations: 100_000, what: 'UDP 64 B send+recv' },
  connect: { operations: 8_000, what: 'connect, 200 B, close' },
  'tcp-64k': { operations: 20_000, what: 'TCP 64 KiB' },
} as const
type Load = keyof typeof loads
const loadNames = Object.keys(loads) as Load[]

interface Cost {
  readonly nsOf: Readonly<Record<Load, number>>
  /** Of the monitor itself, while the loads ran. */
  readonly cpuPercent: number
  readonly rssMb: number
}

/**
 * CPU time that one operation of a load pays, with and without a monitor beside it. getrusage of the load holds
 * its softirq work, too, except on a kernel with CONFIG_IRQ_TIME_ACCOUNTING, which books that on nobody.
 */
export async function overhead(): Promise<void> {
  const why = whyNoOverhead()
  if (why !== undefined) return console.log(`not here: ${why}`)
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' })
  const folder = mkdtempSync(join(tmpdir(), 'e2etop-bench-'))
  const pair = makeNamespacePair()
  try {
    const program = compileLoad(folder)
    const variants = variantsIn(pair.near)
    const costs = await interleave(variants, rounds, (monitor) =>
      measure(monitor, pair.near, program),
    )
    print(costs)
  } finally {
    pair.close()
    rmSync(folder, { recursive: true })
  }
}

function whyNoOverhead(): string | undefined {
  if (!isInstalled('gcc', '--version')) return 'the loads need gcc'
  return whyNoNamespaces()
}

const isInstalled = (command: string, option: string) =>
  spawnSync(command, [option]).error === undefined

function compileLoad(folder: string): string {
  const program = join(folder, 'load')
  const source = fileURLToPath(new URL('load.c', import.meta.url))
  execFileSync('gcc', ['-O2', '-o', program, source], { stdio: 'inherit' })
  return program
}

function variantsIn(namespace: Namespace): Variant<Monitor>[] {
  const variants = [
    noMonitor,
    e2etop('e2etop', { source: 'bpf', actor: true }),
    e2etop('e2etop --no-actor', { source: 'bpf', actor: false }),
  ]
  if (isInstalled('nethogs', '-V')) return [...variants, nethogs(namespace)]
  console.log('nethogs is not installed, so it is not compared')
  return variants
}

async function measure(monitor: Monitor, namespace: Namespace, program: string): Promise<Cost> {
  const pid = monitor?.pid
  const began = performance.now()
  const cpuBefore = pid === undefined ? 0 : cpuMsOf(pid)
  const nsOf = { 'tcp-64': 0, 'udp-64': 0, connect: 0, 'tcp-64k': 0 }
  for (const name of loadNames) nsOf[name] = await runLoad(namespace, program, name)
  const tookMs = performance.now() - began
  if (pid === undefined) return { nsOf, cpuPercent: 0, rssMb: 0 }
  return { nsOf, cpuPercent: ((cpuMsOf(pid) - cpuBefore) / tookMs) * 100, rssMb: rssMbOf(pid) }
}

async function runLoad(namespace: Namespace, program: string, name: Load): Promise<number> {
  const words = [program, name, String(loads[name].operations)]
  const child = runIn(namespace, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout?.on('data', (piece: Buffer) => (text += piece.toString()))
  const [status] = (await once(child, 'close')) as [number | null]
  if (status !== 0) throw new Error(`load ${name} ended with ${status}`)
  return Number(text)
}

function print(costs: ReadonlyMap<string, readonly Cost[]>): void {
  const nsOf = (name: string, load: Load) => costs.get(name)!.map((cost) => cost.nsOf[load])
  const rows = [...costs.keys()].map((name) => [
    name,
    ...loadNames.map((load) => {
      const ratio = spreadOf(ratios(nsOf(name, load), nsOf(noMonitor.name, load)))
      const own = spreadText(spreadOf(nsOf(name, load).map((ns) => ns / 1000)), 2)
      return name === noMonitor.name ? `${own} us` : `x${spreadText(ratio, 2)}`
    }),
    name === noMonitor.name
      ? '-'
      : spreadText(spreadOf(costs.get(name)!.map((c) => c.cpuPercent)), 1),
    name === noMonitor.name ? '-' : spreadText(spreadOf(costs.get(name)!.map((c) => c.rssMb)), 0),
  ])
  const whats = loadNames.map((load) => loads[load].what)
  console.log(
    `CPU time of one operation, both ends, loopback; n = ${rounds} rounds, median [min-max];`,
  )
  console.log(
    'ratios are to "none" of the same round; the monitor\'s own CPU is while the loads run',
  )
  console.log(textTable(['monitor', ...whats, 'own CPU %', 'RSS MB'], rows))
}
