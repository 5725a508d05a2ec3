import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openLiveStream } from '../../src/host/live-stream.ts'
import { interleave, ratios, type Variant } from './interleave.ts'
import { inLoadLab } from './load-lab.ts'
import { cpuMsOf, e2etop, rssMbOf } from './monitors.ts'
import { startRecorder, type RecorderProcess } from './recorder-process.ts'
import { spreadOf, spreadText } from './spread.ts'
import { beginLoads, type PacedLoad } from './steady-load.ts'
import { textTable } from './text-table.ts'

/** A recorder's first seconds are the compiler's. */
const warmMs = 5_000
const windowMs = 6_000
/** 500 connections a second, each of two flows, one for either end. */
const load: readonly PacedLoad[] = Array.from({ length: 10 }, () => ['connect', 19_000])

interface Running {
  readonly pid: number
  readonly end: () => Promise<void>
}

/**
 * What the log adds to a recorder: CPU and memory with a log and without, each with one reader of the live stream,
 * because a recorder without a log has no other use.
 */
export const logCost = (rounds = '6'): Promise<void> =>
  inLoadLab(async ({ folder, namespace, program }) => {
    const endLoads = beginLoads(namespace, program, load)
    try {
      const variants = [withoutLog, withLog(folder, 300), withLog(folder, 1)]
      print(await interleave(variants, Number(rounds), cost))
    } finally {
      await endLoads()
    }
  })

const live = e2etop('no log', { source: 'bpf', actor: false })
const withoutLog: Variant<Running> = {
  name: live.name,
  begin: async () => {
    const child = (await live.begin()) as ChildProcess
    return { pid: child.pid!, end: () => live.end(child) }
  },
  end: ({ end }) => end(),
}

function withLog(folder: string, timer: number): Variant<Running> {
  return {
    name: `log, export timer ${timer} s`,
    begin: async () => {
      const recorder = await startRecorder(join(folder, `cost-${timer}`), `${timer}s`)
      const close = await readAlong(recorder)
      const end = async () => {
        close()
        await recorder.stop()
      }
      return { pid: recorder.pid, end }
    },
    end: ({ end }) => end(),
  }
}

/** Reads what it tells and lets it go. */
async function readAlong({ socket }: RecorderProcess): Promise<() => void> {
  const opened = await openLiveStream(socket)
  if (opened.kind !== 'open') throw new Error(`${socket}: ${opened.kind}`)
  const { stream } = opened
  stream.resume()
  return () => stream.destroy()
}

async function cost({ pid }: Running) {
  await sleep(warmMs)
  const began = performance.now()
  const before = cpuMsOf(pid)
  await sleep(windowMs)
  const cpuPercent = ((cpuMsOf(pid) - before) / (performance.now() - began)) * 100
  return { cpuPercent, rssMb: rssMbOf(pid) }
}

type Cost = Awaited<ReturnType<typeof cost>>

function print(costs: ReadonlyMap<string, readonly Cost[]>): void {
  const cpuOf = (measured: readonly Cost[]) => measured.map(({ cpuPercent }) => cpuPercent)
  const baseline = cpuOf(costs.get(withoutLog.name)!)
  console.log(
    `A recorder at some 1,000 new flows/s; n = ${baseline.length} rounds of ${windowMs / 1000} s,`,
  )
  console.log('median [min-max]; ratios are to "no log" of the same round')
  const rows = [...costs].map(([name, measured]) => [
    name,
    spreadText(spreadOf(cpuOf(measured)), 2),
    `x${spreadText(spreadOf(ratios(cpuOf(measured), baseline)), 2)}`,
    spreadText(spreadOf(measured.map(({ rssMb }) => rssMb)), 0),
  ])
  console.log(textTable(['recorder', 'CPU %', 'ratio', 'RSS MB'], rows))
}
