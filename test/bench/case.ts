import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pty from '@lydell/node-pty'
import { interleave, ratios } from './interleave.ts'
import { datasetOf, dayMs, days, exportMs, startMs } from './query/dataset.ts'
import { ours } from './query/ours.ts'
import { runMeasured } from './run-measured.ts'
import { spreadOf, spreadText } from './spread.ts'
import { textTable } from './text-table.ts'

const rounds = 5
const program = 'dist/e2etop.mjs'
/** What sqlite3 needs for what the monitor's first screen shows: the largest flows, the sums, and how many there are. */
const firstScreen = `SELECT * FROM flows ORDER BY tx_bytes + rx_bytes DESC LIMIT 40;
  SELECT count(*), sum(tx_bytes), sum(rx_bytes) FROM flow WHERE flags & 2 = 0`

interface Looked {
  readonly ms: number
  /** At most, up to then. */
  readonly peakMb: number
}

/** What looking at a case takes: option: its records, 1 M unless said. Beside it sqlite3 on the same file. */
export async function caseBench([rows = '1000000']: readonly string[]): Promise<void> {
  execFileSync('npm', ['run', '--silent', 'build'])
  const log = await ours.prepare(datasetOf(Number(rows)))
  const directory = mkdtempSync(join(tmpdir(), 'e2etop-bench-case-'))
  const path = join(directory, 'case.db')
  try {
    exportAll(log, path)
    await measure(path)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function exportAll(log: string, path: string): void {
  const time = (ms: number) => new Date(ms).toISOString()
  const asked = ['--since', time(startMs + exportMs), '--until', time(startMs + days * dayMs)]
  const places = ['--data-dir', log, '--socket', '/nonexistent/e2etop.sock']
  const said = execFileSync(process.execPath, [program, 'export', path, ...places, ...asked])
  console.log(said.toString().split('\n')[0])
}

async function measure(path: string): Promise<void> {
  const base = 'sqlite3, what the first screen shows'
  const ways: Readonly<Record<string, () => Promise<Looked>>> = {
    [base]: () => ended('sqlite3', '-readonly', path, firstScreen),
    'open, first rows': () => opened(path, /worker-/),
    'open, seals verified': () => opened(path, /, verified, seal /),
    'sqlite3, by_process': () => ended('sqlite3', '-readonly', path, 'SELECT * FROM by_process'),
    verify: () => ended(process.execPath, program, 'verify', path),
    'sqlite3, integrity_check': () => ended('sqlite3', '-readonly', path, 'PRAGMA integrity_check'),
  }
  const variants = Object.entries(ways).map(([name, look]) => ({
    name,
    begin: () => Promise.resolve(look),
    end: () => Promise.resolve(),
  }))
  const results = await interleave(variants, rounds, (look) => look())
  const msOf = (name: string) => results.get(name)!.map(({ ms }) => ms)
  console.log(
    textTable(
      [`n = ${rounds}, medians [min-max]`, 'ms', 'ratio', 'peak MB'],
      Object.keys(ways).map((name) => [
        name,
        spreadText(spreadOf(msOf(name)), 0),
        `x${spreadText(spreadOf(ratios(msOf(name), msOf(base))), 2)}`,
        spreadText(spreadOf(results.get(name)!.map(({ peakMb }) => peakMb)), 0),
      ]),
    ),
  )
}

async function ended(...command: readonly string[]): Promise<Looked> {
  const { wallMs, peakMb } = await runMeasured(command)
  return { ms: wallMs, peakMb }
}

/** Until the terminal shows it; the process that verifies meanwhile is not in the MB. */
async function opened(path: string, shown: RegExp): Promise<Looked> {
  const { CI: _ci, ...env } = process.env
  const begun = performance.now()
  const child = pty.spawn(process.execPath, [program, 'open', path], {
    cols: 150,
    rows: 40,
    env,
    name: 'xterm-256color',
  })
  await new Promise<void>((seen) => child.onData((data) => shown.test(data) && seen()))
  const ms = performance.now() - begun
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
  const peakMb = Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024
  const gone = new Promise((resolve) => child.onExit(resolve))
  child.write('q')
  await gone
  return { ms, peakMb }
}
