import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openLiveStream } from '../../../src/host/live-stream.ts'
import { FrameReader } from '../../../src/model/frame.ts'
import { decodeLive, type RecorderStatus } from '../../../src/model/live-message.ts'
import { inLoadLab, type LoadLab } from '../load-lab.ts'
import { cpuMsOf } from '../monitors.ts'
import { startRecorder, type RecorderProcess } from '../recorder-process.ts'
import { beginLoads, kernelCounts, type PacedLoad } from '../steady-load.ts'
import { textTable } from '../text-table.ts'
import { askModule, buildAskProgram } from './ask-program.ts'
import { datasetOf } from './dataset.ts'
import { ours } from './ours.ts'

const warmMs = 5_000
const windowMs = 12_000
const processes = 12
/** Some 500 connections a second, each two flows. */
const load = Array.from({ length: processes }, (): PacedLoad => ['connect', 2_000 * processes])

interface Window {
  readonly cpuPercent: number
  readonly connections: number
  /** Times of the recorder's ticks, by its own clock. */
  readonly ticks: readonly RecorderStatus[]
  readonly questions: number
}

/**
 * Whether a question that is asked again and again makes the recorder slower: loss, time between its ticks and CPU at a
 * thousand flows a second, in turn without and with one.
 */
export const besideRecorder = (): Promise<void> =>
  inLoadLab(async (lab) => {
    buildAskProgram()
    const folder = await ours.prepare(datasetOf(1_000_000))
    const recorder = await startRecorder(join(lab.folder, 'beside'), '5s')
    const endLoads = beginLoads(lab.namespace, lab.program, load)
    try {
      await sleep(warmMs)
      const rows = []
      for (const name of ['nobody', 'all of 1 M rows'])
        rows.push(rowOf(name, await watched(recorder, lab, name === 'nobody' ? undefined : folder)))
      console.log(
        textTable(['who asks', 'flows/s', 'lost', 'tick ms, longest', 'CPU %', 'questions'], rows),
      )
    } finally {
      await endLoads()
      await recorder.stop()
    }
  })

async function watched(
  recorder: RecorderProcess,
  { namespace }: LoadLab,
  folder: string | undefined,
): Promise<Window> {
  const ticks = await watch(recorder.socket)
  const before = kernelCounts(namespace).connections
  const cpuBefore = cpuMsOf(recorder.pid)
  const began = performance.now()
  const questions = folder === undefined ? 0 : await askAgainAndAgain(folder, began)
  await sleep(Math.max(0, windowMs - (performance.now() - began)))
  const cpuPercent = ((cpuMsOf(recorder.pid) - cpuBefore) / (performance.now() - began)) * 100
  const connections =
    (kernelCounts(namespace).connections - before) / ((performance.now() - began) / 1000)
  return { cpuPercent, connections, ticks: ticks.end(), questions }
}

/** How many answers there were. */
async function askAgainAndAgain(folder: string, began: number): Promise<number> {
  let questions = 0
  while (performance.now() - began < windowMs) {
    await askModule('ours')(folder, 'distinct')
    questions += 1
  }
  return questions
}

/** Hears a recorder's ticks until it is ended. */
async function watch(socket: string) {
  const opened = await openLiveStream(socket)
  if (opened.kind !== 'open') throw new Error(`${socket}: ${opened.kind}`)
  const { stream } = opened
  const reader = new FrameReader()
  const ticks: RecorderStatus[] = []
  stream.on('data', (piece: Buffer) => {
    const result = reader.push(piece)
    if (result.kind !== 'frames') throw new Error('a frame is too long')
    for (const frame of result.frames) {
      const decoded = decodeLive(frame)
      if (decoded.ok && decoded.message?.kind === 'status') ticks.push(decoded.message.status)
    }
  })
  await once(stream, 'data')
  return {
    end: () => {
      stream.destroy()
      return ticks
    },
  }
}

function rowOf(name: string, { cpuPercent, connections, ticks, questions }: Window): string[] {
  const times = ticks.map(({ at }) => at)
  const gaps = times.slice(1).map((at, i) => at - times[i]!)
  const lostAt = (status: RecorderStatus | undefined) =>
    status?.capture.lost.reduce((sum, { count }) => sum + count, 0) ?? 0
  return [
    name,
    (2 * connections).toFixed(0),
    String(lostAt(ticks.at(-1)) - lostAt(ticks[0])),
    Math.max(...gaps).toFixed(0),
    cpuPercent.toFixed(1),
    String(questions),
  ]
}
