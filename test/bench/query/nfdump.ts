import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { IpfixExporter } from '../../../src/export/ipfix/send-flows.ts'
import { formatAddress } from '../../../src/model/address.ts'
import type { FlowRecord } from '../../../src/model/flow.ts'
import { storedTimes } from '../../../src/model/stored-times.ts'
import { runMeasured } from '../run-measured.ts'
import { batchesOf, dayMs, prepared, startMs, type Dataset } from './dataset.ts'
import type { Asked, Engine } from './engine.ts'
import { dayAsked, needle, rowsShown, type QuestionName, type Rows } from './questions.ts'

const port = '19995'

const dayOf = (flow: FlowRecord) => Math.floor((storedTimes.end(flow) - startMs) / dayMs)
const dayName = (day: number) => String(day).padStart(2, '0')

/**
 * What it can be asked: it knows no processes, so the nearest, and IPv4 networks only, because with both masks it groups
 * wrong (1.7.1). It writes 11 fields, and uses more than one thread.
 */
const nearest: Partial<Record<QuestionName, readonly string[]>> = {
  nets: ['-A', 'dstip4/24', '-O', 'bytes', '-n', String(rowsShown), 'port 443 and ipv4'],
  address: [`dst ip ${formatAddress(needle)}`],
  distinct: ['-A', 'dstip'],
}

/** One nfcapd a day, which is sent by IPFIX the flows that ended on it. */
async function fill(data: Dataset, folder: string): Promise<void> {
  let day = -1
  let collector: Collector | undefined
  for (const batch of batchesOf(data)) {
    // As if nobody knew who opened them: then the remote end is the destination of each.
    const flows = batch.flows.map((flow) => ({ ...flow, direction: 'unknown' as const }))
    for (const ended of new Set(flows.map(dayOf))) {
      if (ended !== day) {
        await collector?.end()
        day = ended
        collector = await Collector.start(join(folder, dayName(day)))
      }
      await collector!.send(flows.filter((flow) => dayOf(flow) === ended))
    }
  }
  await collector?.end()
  const { stdout } = spawnSync('nfdump', ['-R', folder, '-I'], { encoding: 'utf8' })
  const found = /^Flows: (\d+)/m.exec(stdout)?.[1]
  if (Number(found) !== data.rows)
    throw new Error(`nfcapd got ${found} of ${data.rows} flows; try again`)
}

class Collector {
  readonly #process
  readonly #exporter

  private constructor(process: ReturnType<typeof spawn>, exporter: IpfixExporter) {
    this.#process = process
    this.#exporter = exporter
  }

  static async start(folder: string): Promise<Collector> {
    mkdirSync(folder)
    const args = [
      '-y',
      '-B',
      '33554432',
      '-w',
      folder,
      '-b',
      '127.0.0.1',
      '-p',
      port,
      '-t',
      '86400',
    ]
    const process = spawn('nfcapd', args, { stdio: 'ignore' })
    await setTimeout(500)
    return new Collector(
      process,
      await IpfixExporter.open({ host: '127.0.0.1', port: Number(port) }, 1),
    )
  }

  readonly send = (flows: Parameters<IpfixExporter['send']>[0]) => this.#exporter.send(flows)

  async end(): Promise<void> {
    this.#exporter.close()
    await setTimeout(500)
    this.#process.kill('SIGTERM')
    await once(this.#process, 'close')
  }
}

async function ask(folder: string, question: QuestionName): Promise<Asked> {
  const from = question === 'nets' ? join(folder, dayName(dayAsked)) : folder
  const format = ['-q', '-N', '-o', 'fmt:%da %ibyt %obyt']
  const run = await runMeasured(['nfdump', '-R', from, ...format, ...nearest[question]!])
  return { ms: run.wallMs, peakMb: run.peakMb, rows: rowsOf(question, run.output) }
}

function rowsOf(question: QuestionName, output: string): Rows {
  const lines = output
    .trim()
    .split('\n')
    .filter((line) => /\d$/.test(line))
    .map((line) => line.trim().split(/\s+/))
  const bytesOf = ([, tx, rx]: readonly string[]) => Number(tx) + Number(rx)
  switch (question) {
    case 'nets':
      return lines.map((line) => [`${line[0]}/24`, bytesOf(line)])
    case 'address':
      return [[lines.reduce((sum, line) => sum + bytesOf(line), 0), lines.length]]
    default:
      return [[lines.length]]
  }
}

export const nfdump: Engine = {
  name: 'nfdump',
  missing: () =>
    spawnSync('nfcapd', ['-V']).error && 'nfdump is not installed (apt-get install nfdump)',
  prepare: (data) => prepared(data, 'nfdump', (folder) => fill(data, folder)),
  ask: (folder, question) => (nearest[question] ? ask(folder, question) : undefined),
}
