import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  makeNamespacePair,
  runIn,
  whyNoNamespaces,
  type NamespacePair,
} from '../lab/namespace-pair.ts'
import { whyNoCap } from '../lab/why-no-cap.ts'
import { startCapturing } from '../lab/wire-program.ts'
import { cpuMsOf } from './monitors.ts'
import { textTable } from './text-table.ts'

const rates = [5_000, 10_000, 20_000, 50_000, 100_000, 200_000]
const floodSeconds = 3
/** Longer than the flood, with what starting takes. */
const look = ['--for', '7s', '--format', 'json']
const port = 9999

/** Datagrams of 64 bytes over a veth at even rates: what live capture sees of them, loses, and takes of a core. */
export async function liveWire(): Promise<void> {
  const why = whyNoNamespaces() ?? whyNoCap()
  if (why !== undefined) return console.log(`live: not here: ${why}`)
  const folder = mkdtempSync(join(tmpdir(), 'e2etop-bench-flood-'))
  const pair = makeNamespacePair()
  // Hears and never reads: a port that nobody hears would have the kernel answer each datagram.
  const sink = `import socket; s = socket.socket(2, 2); s.bind(('', ${port})); print(1, flush=True); input()`
  const deaf = runIn(pair.far, ['python3', '-c', sink])
  try {
    await once(deaf.stdout!, 'data')
    const flood = compileFlood(folder)
    const rows = []
    for (const rate of rates) rows.push(await rowOf(pair, flood, rate))
    console.log(textTable(['sent/s', 'seen/s', 'lost, as it says', '% of a core'], rows))
  } finally {
    deaf.kill()
    pair.close()
    rmSync(folder, { recursive: true })
  }
}

function compileFlood(folder: string): string {
  const program = join(folder, 'flood')
  const source = fileURLToPath(new URL('flood.c', import.meta.url))
  execFileSync('gcc', ['-O2', '-o', program, source], { stdio: 'inherit' })
  return program
}

async function rowOf(pair: NamespacePair, flood: string, rate: number): Promise<string[]> {
  const { pid, finished } = await startCapturing(pair.far, ['wire', '--interface', 'lab0', ...look])
  const cpuBefore = cpuMsOf(pid)
  const words = [pair.far.v4, String(port), String(rate), String(floodSeconds)]
  const sending = runIn(pair.near, [flood, ...words])
  let sent = ''
  sending.stdout!.on('data', (piece: Buffer) => (sent += piece.toString()))
  await once(sending, 'close')
  const cpuMs = cpuMsOf(pid) - cpuBefore
  const [summary, ...flows] = (await finished).stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  const seen = Number(flows.find((flow) => flow['local_port'] === port)?.['rx_packets'] ?? 0)
  const lost = Number(summary!['dropped_packets'])
  return [
    (Number(sent) / floodSeconds).toFixed(0),
    (seen / floodSeconds).toFixed(0),
    `${lost} (${((100 * lost) / Math.max(1, lost + seen)).toFixed(2)} %)`,
    (cpuMs / floodSeconds / 10).toFixed(0),
  ]
}
