import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pty from '@lydell/node-pty'
import { textTable } from './text-table.ts'

const settleMs = 2_500
/** CPU time is told in hundredths of a second: 0.2 % of this. */
const lookMs = 6_000
const keys = 120

interface Load {
  readonly columns: number
  readonly rows: number
  readonly flows: number
  readonly hz: number
}
const usual = { flows: 5_000, hz: 1 }
const loads: readonly Load[] = [
  { columns: 80, rows: 24, ...usual },
  { columns: 120, rows: 40, ...usual },
  { columns: 238, rows: 60, ...usual },
  { columns: 238, rows: 60, flows: 5_000, hz: 4 },
  { columns: 238, rows: 60, flows: 5_000, hz: 10 },
  { columns: 238, rows: 60, flows: 50_000, hz: 1 },
]

/** A remote end; which processes are in sight depends on the height. */
const hasRows = /203\.0\.113\.|2001:db8:/

/** Other monitors, drawing at their own pace on this host as it is: nothing here makes 5,000 flows for them. */
const others: readonly (readonly [name: string, ...words: string[]])[] = [
  ['htop', '-d', '10'],
  ['btop'],
  ['nethogs', '-d', '1'],
]

/** What the monitor's interface costs; with `soak`, and minutes, what it takes of memory over time. */
export async function ui([part, minutes = '10']: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'e2etop-bench-ui-'))
  const program = join(folder, 'child.mjs')
  try {
    execFileSync('node', ['test/tools/build.mjs', 'test/bench/ui-child.ts', program])
    if (part === 'soak') await soak(program, Number(minutes))
    else await costs(program)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** CPU, bytes, latency, memory. For comparison htop, btop and nethogs, idle. */
async function costs(program: string): Promise<void> {
  const rows: string[][] = []
  /** What the flows cost by themselves, which has nothing to do with the terminal. */
  const alone = new Map<string, number>()
  for (const load of loads) {
    const words = [program, String(load.flows), String(load.hz)]
    const shown = await watched('node', words, load)
    const made = words.join(' ')
    if (!alone.has(made)) alone.set(made, (await watched('node', [...words, 'alone'], load)).cpu)
    rows.push([
      `${load.columns}x${load.rows}, ${load.flows} flows, ${load.hz} Hz`,
      (shown.cpu - alone.get(made)!).toFixed(1),
      (shown.bytes / ((lookMs / 1000) * load.hz) / 1000).toFixed(1),
      shown.rssMb.toFixed(0),
      shown.firstMs.toFixed(0),
    ])
  }
  for (const [name, ...words] of others) {
    if (spawnSync('which', [name]).status !== 0) continue
    const { cpu, bytes, rssMb } = await watched(name, words, { ...usual, columns: 238, rows: 60 })
    const perSecond = (bytes / (lookMs / 1000) / 1000).toFixed(1)
    rows.push([`${name} at 238x60`, cpu.toFixed(1), perSecond, rssMb.toFixed(0), ''])
  }
  console.log(textTable(['', 'CPU %', 'kB a frame', 'RSS MB', 'first rows ms'], rows))
  const latency = await latencies(program)
  const at = (part: number) => latency[Math.floor(part * (latency.length - 1))]?.toFixed(1)
  console.log(
    `key to bytes at 238x60, 5,000 flows, 1 Hz, ${keys} keys: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
  )
}

interface Watched {
  /** Percent of one core. */
  readonly cpu: number
  readonly bytes: number
  readonly rssMb: number
  readonly firstMs: number
}

function spawned(command: string, words: readonly string[], { columns, rows }: Load) {
  const { CI: _ci, ...env } = process.env
  return pty.spawn(command, [...words], { cols: columns, rows, env, name: 'xterm-256color' })
}

async function watched(command: string, words: readonly string[], load: Load): Promise<Watched> {
  const begun = performance.now()
  const child = spawned(command, words, load)
  let bytes = 0
  let firstMs = NaN
  child.onData((data) => {
    bytes += Buffer.byteLength(data)
    if (Number.isNaN(firstMs) && hasRows.test(data)) firstMs = performance.now() - begun
  })
  await sleep(settleMs)
  bytes = 0
  const before = cpuMs(child.pid)
  await sleep(lookMs)
  const cpu = (100 * (cpuMs(child.pid) - before)) / lookMs
  const rssMb = rssMbOf(child.pid)
  child.kill('SIGKILL')
  return { cpu, bytes, rssMb, firstMs }
}

function rssMbOf(pid: number): number {
  const rss = /VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(rss) / 1024
}

const soakLookMs = 5_000

/** Memory at 10 Hz, minute by minute: the mean and the largest of looks, because the collector's work makes it swing. */
async function soak(program: string, minutes: number): Promise<void> {
  const load = { columns: 238, rows: 60, flows: 5_000, hz: 10 }
  const child = spawned('node', [program, String(load.flows), String(load.hz)], load)
  child.onData(() => {})
  const means: number[] = []
  for (let minute = 1; minute <= minutes; minute++) {
    const looks: number[] = []
    while (looks.length < 60_000 / soakLookMs) {
      await sleep(soakLookMs)
      looks.push(rssMbOf(child.pid))
    }
    const mean = looks.reduce((sum, one) => sum + one, 0) / looks.length
    means.push(mean)
    console.log(
      `minute ${minute}: RSS ${mean.toFixed(1)} MB, at most ${Math.max(...looks).toFixed(1)}`,
    )
  }
  child.kill('SIGKILL')
  const since = (minute: number) => (100 * (means.at(-1)! / means[minute - 1]! - 1)).toFixed(1)
  // The first ones have the start in them: the heap finds its size.
  console.log(`to the last minute: ${since(1)} % from the first, ${since(3)} % from the third`)
}

/** User and system time; the clock of /proc ticks 100 times a second everywhere. */
function cpuMs(pid: number): number {
  const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
  const fields = rest.split(' ')
  return 10 * (Number(fields[11]) + Number(fields[12]))
}

/** From a key in the terminal to the first byte of its frame, sorted. */
async function latencies(program: string): Promise<readonly number[]> {
  const load = { columns: 238, rows: 60, ...usual }
  const child = spawned('node', [program, '5000', '1'], load)
  let onBytes = () => {}
  child.onData(() => onBytes())
  await sleep(settleMs)
  const times: number[] = []
  for (let i = 0; i < keys; i++) {
    const begun = performance.now()
    await new Promise<void>((resolve) => {
      onBytes = resolve
      child.write(i % 2 ? 'j' : 'k')
    })
    times.push(performance.now() - begun)
    onBytes = () => {}
    await sleep(33)
  }
  child.kill('SIGKILL')
  return times.toSorted((a, b) => a - b)
}
