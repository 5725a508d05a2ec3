import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { FlowTable } from '../../src/flow-table/flow-table.ts'
import { hostTime } from '../../src/model/quantity.ts'
import type { FlowSample } from '../../src/model/sample.ts'
import { sampleOf } from '../sim/sample.ts'
import { spreadOf, spreadText } from './spread.ts'
import { textTable } from './text-table.ts'

const ticks = 20
const startMs = 1_000_000
const tickMs = 1_000

interface Size {
  readonly what: string
  readonly flows: number
  /** Flows that have something new at each tick. */
  readonly changing: number
}
const sizes: readonly Size[] = [
  { what: '18,000 sockets, all change', flows: 18_000, changing: 18_000 },
  { what: '18,000 sockets, 1 % change', flows: 18_000, changing: 180 },
  { what: '1 M flows, 10,000 change', flows: 1_000_000, changing: 10_000 },
  { what: '1 M flows, all change', flows: 1_000_000, changing: 1_000_000 },
]

/** Memory of a flow, and what one tick of the recorder costs in the flow table, phase by phase. */
export async function table(): Promise<void> {
  console.log(
    `n = ${ticks} ticks, median [min-max]; bytes: heap and array buffers after a collection`,
  )
  const rows: string[][] = []
  for (const size of sizes) rows.push(await rowOf(size))
  const phases = ['observe ms', 'due ms', 'changes ms', 'tick ms']
  console.log(textTable(['table', 'bytes a flow', 'fill ms', ...phases], rows))
}

async function rowOf({ what, flows, changing }: Size): Promise<string[]> {
  const sample = sampleOf({ first: hostTime(startMs) })
  const before = await memoryBytes()
  const flowTable = new FlowTable()
  const [fillMs] = timed(() => {
    for (let flow = 0; flow < flows; flow++) flowTable.observe(look(sample, flow, 0))
  })
  flowTable.takeDue(hostTime(startMs))
  flowTable.takeChanges()
  const bytes = ((await memoryBytes()) - before) / flows
  // The changing ones are spread over the table, as they are on a host.
  const step = flows / changing
  const phases = Array.from({ length: ticks }, (_, before) => {
    const tick = before + 1
    return timed(
      () => {
        for (let n = 0; n < changing; n++)
          flowTable.observe(look(sample, Math.floor(n * step), tick))
      },
      () => flowTable.takeDue(hostTime(startMs + tick * tickMs)),
      () => flowTable.takeChanges(),
    )
  })
  const tickTimes = phases.map((times) => times.reduce((sum, ms) => sum + ms, 0))
  const columns = [0, 1, 2].map((phase) => phases.map((times) => times[phase]!))
  return [
    what,
    bytes.toFixed(0),
    fillMs!.toFixed(0),
    ...[...columns, tickTimes].map((values) => spreadText(spreadOf(values), 1)),
  ]
}

/** How long each step took, in ms. */
function timed(...steps: readonly (() => void)[]): readonly number[] {
  return steps.map((step) => {
    const began = performance.now()
    step()
    return performance.now() - began
  })
}

/** One sample object for all, as a source does it. */
function look(sample: FlowSample, flow: number, tick: number): FlowSample {
  sample.cookieLow = flow
  sample.remotePort = 1024 + (flow % 60_000)
  sample.remoteAddress[15] = flow & 0xff
  sample.remoteAddress[14] = (flow >> 8) & 0xff
  sample.last = hostTime(startMs + tick * tickMs)
  sample.txBytes = 1_000 * (tick + 1)
  sample.txPackets = tick + 1
  return sample
}

/** Node offers its collector only behind a flag, which may be set late for contexts made afterwards. */
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Twice with a pause, because array buffers are let go by a finalizer after the first. */
async function memoryBytes(): Promise<number> {
  for (let time = 0; time < 2; time++) {
    collect()
    await setImmediate()
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
