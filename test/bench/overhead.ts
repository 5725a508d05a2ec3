import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeNamespacePair, runIn, whyNoNamespaces, type Namespace } from '../lab/namespace-pair.ts'
import { interleave, ratios, type Variant } from './interleave.ts'
import { cpuMsOf, e2etop, nethogs, noMonitor, rssMbOf, type Monitor } from './monitors.ts'
import { spreadOf, spreadText } from './spread.ts'
import { compileLoad } from './steady-load.ts'
import { textTable } from './text-table.ts'

const rounds = 8
/** The least of so many runs counts: whatever else the machine does (cache, sibling thread) only adds to one. */
const runs = 5

/** Operations for about 0.15 s each. */
const loads = {
  'tcp-64': { operations: 15_000, what: 'TCP 64 B request/response' },
  'udp-64': { operations: 40_000, what: 'UDP 64 B send+recv' },
  connect: { operations: 3_000, what: 'connect, 200 B, close' },
  'tcp-64k': { operations: 8_000, what: 'TCP 64 KiB' },
} as const
type Load = keyof typeof loads
const loadNames = Object.keys(loads) as Load[]

/**
 * What a monitor itself costs is measured at a steady rate: 500 connections a second, each of two flows, one for
 * either end. The pause is a little longer than its share, so the rate is a little less.
 */
const steady = { connections: 2_000, pauseUs: 1_900 }

interface Cost {
  readonly nsOf: Readonly<Record<Load, number>>
  /** Of the monitor itself, at the steady rate. */
  readonly cpuPercent: number
  readonly rssMb: number
  readonly flowsPerSecond: number
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

function variantsIn(namespace: Namespace): Variant<Monitor>[] {
  const variants = [
    noMonitor,
    e2etop('e2etop', { source: 'bpf', actor: false }),
    e2etop('e2etop --actor', { source: 'bpf', actor: true }),
  ]
  if (isInstalled('nethogs', '-V')) return [...variants, nethogs(namespace)]
  console.log('nethogs is not installed, so it is not compared')
  return variants
}

async function measure(monitor: Monitor, namespace: Namespace, program: string): Promise<Cost> {
  const own = await ownCost(monitor, namespace, program)
  const nsOf = { 'tcp-64': 0, 'udp-64': 0, connect: 0, 'tcp-64k': 0 }
  for (const name of loadNames) nsOf[name] = await leastOfRuns(namespace, program, name)
  return { nsOf, ...own }
}

async function ownCost(
  monitor: Monitor,
  namespace: Namespace,
  program: string,
): Promise<Omit<Cost, 'nsOf'>> {
  const pid = monitor?.pid
  if (pid === undefined) return { cpuPercent: 0, rssMb: 0, flowsPerSecond: 0 }
  const steadyLoad = [program, 'connect', `${steady.connections}`, `${steady.pauseUs}`]
  // Once unmeasured: a recorder runs for weeks, and its first seconds are the compiler's.
  await runLoad(namespace, steadyLoad)
  const began = performance.now()
  const cpuBefore = cpuMsOf(pid)
  await runLoad(namespace, steadyLoad)
  const tookMs = performance.now() - began
  return {
    cpuPercent: ((cpuMsOf(pid) - cpuBefore) / tookMs) * 100,
    rssMb: rssMbOf(pid),
    flowsPerSecond: (2 * steady.connections * 1000) / tookMs,
  }
}

async function leastOfRuns(namespace: Namespace, program: string, name: Load): Promise<number> {
  let least = Infinity
  for (let run = 0; run < runs; run++)
    least = Math.min(least, await runLoad(namespace, [program, name, `${loads[name].operations}`]))
  return least
}

async function runLoad(namespace: Namespace, words: readonly string[]): Promise<number> {
  const child = runIn(namespace, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout?.on('data', (piece: Buffer) => (text += piece.toString()))
  const [status] = (await once(child, 'close')) as [number | null]
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}`)
  return Number(text)
}

function print(costs: ReadonlyMap<string, readonly Cost[]>): void {
  const baseline = costs.get(noMonitor.name)!
  const whats = loadNames.map((load) => loads[load].what)
  console.log(
    `CPU time of one operation, both ends, loopback; n = ${rounds} rounds of the least of ${runs} runs,`,
  )
  console.log('median [min-max]; ratios are to "none" of the same round')
  console.log(
    textTable(
      ['monitor', ...whats],
      [...costs].map(([name, measured]) => [
        name,
        ...loadNames.map((load) =>
          measured === baseline ? microseconds(measured, load) : ratio(measured, baseline, load),
        ),
      ]),
    ),
  )
  console.log(
    `\nThe monitor itself, at a steady rate of new flows; n = ${rounds}, median [min-max]`,
  )
  const columns = ['flowsPerSecond', 'cpuPercent', 'rssMb'] as const
  console.log(
    textTable(
      ['monitor', 'flows/s', 'CPU %', 'RSS MB'],
      [...costs]
        .filter(([, measured]) => measured !== baseline)
        .map(([name, measured]) => [
          name,
          ...columns.map((column) => spreadText(spreadOf(measured.map((cost) => cost[column])), 1)),
        ]),
    ),
  )
}

const nsOf = (measured: readonly Cost[], load: Load) => measured.map((cost) => cost.nsOf[load])

const microseconds = (measured: readonly Cost[], load: Load) =>
  `${spreadText(spreadOf(nsOf(measured, load).map((ns) => ns / 1000)), 2)} us`

const ratio = (measured: readonly Cost[], baseline: readonly Cost[], load: Load) =>
  `x${spreadText(spreadOf(ratios(nsOf(measured, load), nsOf(baseline, load))), 2)}`
