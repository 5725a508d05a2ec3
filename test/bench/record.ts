import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { scanLog } from '../../src/log/scan-log.ts'
import { hostTime } from '../../src/model/quantity.ts'
import { inLoadLab, type LoadLab } from './load-lab.ts'
import { cpuMsOf, rssMbOf } from './monitors.ts'
import { startRecorder } from './recorder-process.ts'
import { spreadOf, spreadText } from './spread.ts'
import { beginLoads, kernelCounts, type PacedLoad } from './steady-load.ts'
import { textTable } from './text-table.ts'

/** Export timers in seconds, those of the paper's table 1 (Cooke et al. 2006). */
const paperTimers = [1, 5, 10, 30, 60, 300, 900]
/** A recorder runs for weeks, and its first seconds are the compiler's: measured is what comes after. */
const warmMs = 8_000
const windowMs = 24_000

/** So many processes of each of the first two kinds of load share its rate. */
const processes = 12
/** Some 18,000 packets and 1,000 new flows a second; 500 flows and more stay open. */
const busyHost: readonly PacedLoad[] = [
  ...Array.from({ length: processes }, (): PacedLoad => ['connect', 1_700 * processes]),
  ...Array.from({ length: processes }, (): PacedLoad => ['udp-64', 100 * processes]),
  ['tcp-open', 270],
  ['tcp-64k', 20_000],
]

interface Run {
  readonly timer: number
  /** From ready to SIGTERM. */
  readonly seconds: number
  readonly cpuPercent: number
  readonly rssMb: number
  readonly packets: number
  readonly connections: number
  readonly written: Written
}

interface Written {
  readonly bytes: number
  readonly rows: number
  /** Records of flows that were open at the end: one each. */
  readonly forced: number
  /** Records of flows that went on. */
  readonly active: number
  readonly gaps: readonly string[]
}

/** The paper's table 1: what the recorder costs on a busy host, by export timer. */
export const record = (timers: readonly number[]): Promise<void> =>
  inLoadLab(async (lab) => {
    const runs: Run[] = []
    for (const timer of timers.length > 0 ? timers : paperTimers) {
      runs.push(await measure(timer, lab))
      process.stderr.write('.')
    }
    process.stderr.write('\n')
    print(runs)
    await printRestarts(join(lab.folder, `timer-${runs[0]!.timer}`), runs[0]!.timer)
  })

/** What a kill costs: until it records again, in the log of the first run. */
async function printRestarts(home: string, timer: number): Promise<void> {
  const tookMs: number[] = []
  for (let time = 0; time < 5; time++) {
    const began = performance.now()
    const recorder = await startRecorder(home, `${timer}s`)
    tookMs.push(performance.now() - began)
    await sleep(1_500)
    await recorder.kill()
  }
  console.log(
    `from a start after kill -9 until it records: ${spreadText(spreadOf(tookMs), 0)} ms, n = ${tookMs.length}`,
  )
}

async function measure(timer: number, { folder, namespace, program }: LoadLab): Promise<Run> {
  const home = join(folder, `timer-${timer}`)
  const recorder = await startRecorder(home, `${timer}s`)
  const began = performance.now()
  const before = kernelCounts(namespace)
  const endLoads = beginLoads(namespace, program, busyHost)
  try {
    await sleep(warmMs)
    const cpuBefore = cpuMsOf(recorder.pid)
    const windowBegan = performance.now()
    await sleep(windowMs)
    const cpuMs = cpuMsOf(recorder.pid) - cpuBefore
    const cpuPercent = (cpuMs / (performance.now() - windowBegan)) * 100
    const rssMb = rssMbOf(recorder.pid)
    const after = kernelCounts(namespace)
    const seconds = (performance.now() - began) / 1000
    // Before the loads, so that what is open is written as open.
    await recorder.stop()
    const packets = after.packets - before.packets
    const connections = after.connections - before.connections
    const written = writtenIn(recorder.log)
    return { timer, seconds, cpuPercent, rssMb, packets, connections, written }
  } finally {
    await recorder.stop()
    await endLoads()
  }
}

function writtenIn(log: string): Written {
  let rows = 0
  let forced = 0
  let active = 0
  const gaps: string[] = []
  for (const piece of scanLog(log, { from: hostTime(0), to: hostTime(9e15) })) {
    if (piece.kind === 'gaps') gaps.push(...piece.gaps.map((gap) => `${gap.reason} ${gap.count}`))
    if (piece.kind === 'damage') throw new Error(JSON.stringify(piece))
    if (piece.kind !== 'rows') continue
    rows += piece.rows.length
    for (const { endReason } of piece.rows) {
      if (endReason === 'forced') forced += 1
      if (endReason === 'active') active += 1
    }
  }
  const sizes = readdirSync(log).map((name) => statSync(join(log, name)).size)
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), rows, forced, active, gaps }
}

function print(runs: readonly Run[]): void {
  const runSeconds = (warmMs + windowMs) / 1000
  console.log(
    `A busy host by export timer; n = 1 run of ${runSeconds} s each, real traffic over loopback of a namespace, and`,
  )
  console.log('whatever else the host does. packets, conns: made, as the kernel counts them; a')
  console.log('connection is two flows, one for either end. CPU, RSS: of the last')
  console.log(
    `${windowMs / 1000} s, without the last write at SIGTERM, which is in records and kB.`,
  )
  console.log(
    `* The timer is longer than the run, in which each open flow has one record, of SIGTERM.`,
  )
  console.log('"at timer": ended flows as measured, open ones once a timer; extrapolated where *.')
  const head = [
    'timer s',
    'packets/s',
    'conns/s',
    'CPU %',
    'RSS MB',
    'records/s',
    'kB/s',
    'B/record',
  ]
  console.log(textTable([...head, 'kB/s at timer', 'gaps'], runs.map(rowOf)))
}

function rowOf({ timer, seconds, cpuPercent, rssMb, packets, connections, written }: Run) {
  const { bytes, rows, forced, active, gaps } = written
  const ended = rows - forced - active
  const isLonger = timer * 1000 > warmMs + windowMs
  const recordsPerSecond = isLonger ? ended / seconds + forced / timer : rows / seconds
  return [
    `${timer}${isLonger ? ' *' : ''}`,
    (packets / seconds).toFixed(0),
    (connections / seconds).toFixed(0),
    cpuPercent.toFixed(1),
    rssMb.toFixed(0),
    (rows / seconds).toFixed(0),
    (bytes / seconds / 1000).toFixed(1),
    (bytes / rows).toFixed(1),
    ((bytes / rows) * (recordsPerSecond / 1000)).toFixed(1),
    gaps.join(', ') || 'none',
  ]
}
