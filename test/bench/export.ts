import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatAddress } from '../../src/model/address.ts'
import { datasetOf, dayMs, days, exportMs, startMs } from './query/dataset.ts'
import { ours } from './query/ours.ts'
import { dayAsked, needle } from './query/questions.ts'
import { runMeasured } from './run-measured.ts'
import { spreadOf, spreadText } from './spread.ts'
import { textTable } from './text-table.ts'

const dayFrom = startMs + dayAsked * dayMs
const inDay = `f.end_ms >= ${dayFrom} AND f.end_ms < ${dayFrom + dayMs}`
const inHour = `f.end_ms >= ${dayFrom} AND f.end_ms < ${dayFrom + 3_600_000}`
const named = 'flow f JOIN addr m ON m.id = f.remote_addr JOIN proc p ON p.id = f.proc'
const [networkFrom, networkTo] = ['00', 'ff'].map(
  (last) => `x'${Buffer.from(needle).toString('hex').slice(0, -2)}${last}'`,
)

/** What people ask of a case first. */
const questions: Readonly<Record<string, string>> = {
  'programs by bytes': 'SELECT * FROM by_process ORDER BY tx_bytes + rx_bytes DESC LIMIT 20',
  'users by bytes': 'SELECT * FROM by_user ORDER BY tx_bytes + rx_bytes DESC LIMIT 20',
  'remote addresses by bytes': 'SELECT * FROM talkers ORDER BY tx_bytes + rx_bytes DESC LIMIT 20',
  'one address': `SELECT * FROM flows WHERE remote_ip = '${formatAddress(needle)}'`,
  'one network': `SELECT p.process, sum(f.tx_bytes) FROM ${named} WHERE m.key BETWEEN ${networkFrom} AND ${networkTo} GROUP BY 1`,
  'one program': `SELECT m.ip, sum(f.tx_bytes) FROM ${named} WHERE p.process = 'worker-150' GROUP BY 1`,
  'one user': `SELECT m.ip, sum(f.tx_bytes) FROM ${named} WHERE p.user = 'user7' AND ${inHour} GROUP BY 1`,
  'one hour': `SELECT * FROM flows WHERE id IN (SELECT f.id FROM flow f WHERE ${inHour})`,
  'a day in 5 minutes': `SELECT f.end_ms - f.end_ms % ${exportMs}, p.process, sum(f.tx_bytes) FROM ${named} WHERE ${inDay} GROUP BY 1, 2`,
  'who came in by ssh': `SELECT m.ip, count(*) FROM ${named} WHERE f.direction = 2 AND f.local_port = 22 GROUP BY 1`,
}
const rounds = 3

/** A case of 1 M and of 10 M rows (or as many as said): speed, memory, size, soundness, and what questions take. */
export async function exportBench(sizes: readonly string[]): Promise<void> {
  execFileSync('npm', ['run', '--silent', 'build'])
  for (const rows of sizes.length > 0 ? sizes.map(Number) : [1_000_000, 10_000_000])
    await oneSize(rows)
}

async function oneSize(rows: number): Promise<void> {
  const log = await ours.prepare(datasetOf(rows))
  const directory = mkdtempSync(join(tmpdir(), 'e2etop-bench-export-'))
  const path = join(directory, 'case.db')
  try {
    console.log(`\n${rows} rows in the log`)
    await measureWriting(log, path)
    checkSoundness(path)
    if (rows <= 1_000_000) comparePlain(path, join(directory, 'plain.db'))
    askQuestions(path)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

async function measureWriting(log: string, path: string): Promise<void> {
  const time = (ms: number) => new Date(ms).toISOString()
  const asked = ['--since', time(startMs + exportMs), '--until', time(startMs + days * dayMs)]
  const places = ['--data-dir', log, '--socket', '/nonexistent/e2etop.sock']
  const words = ['dist/e2etop.mjs', 'export', path, '--force', ...places, ...asked]
  const runs: { speed: number; cpu: number; peakMb: number; rows: number }[] = []
  for (let round = 0; round < rounds; round++) {
    const { wallMs, cpuSeconds, peakMb, output } = await runMeasured([process.execPath, ...words])
    const rows = Number(/: (\d+) records/.exec(output)?.[1])
    runs.push({ speed: rows / wallMs, cpu: (cpuSeconds * 1e6) / rows, peakMb, rows })
  }
  const column = (of: (run: (typeof runs)[0]) => number, digits: number) =>
    spreadText(spreadOf(runs.map(of)), digits)
  const { size } = statSync(path)
  const written = runs[0]!.rows
  console.log(
    textTable(
      ['records', `rows/ms (n=${rounds})`, 'CPU us/row', 'peak MB', 'file MB', 'B/row'],
      [
        [
          String(written),
          column(({ speed }) => speed, 0),
          column(({ cpu }) => cpu, 2),
          column(({ peakMb }) => peakMb, 0),
          (size / 1e6).toFixed(0),
          (size / written).toFixed(0),
        ],
      ],
    ),
  )
}

function checkSoundness(path: string): void {
  const program = execFileSync('sqlite3', [path, 'PRAGMA integrity_check'], { encoding: 'utf8' })
  const text = `import sqlite3; print(sqlite3.connect(${JSON.stringify(path)}).execute('PRAGMA integrity_check').fetchone()[0])`
  const python = execFileSync('python3', ['-c', text], { encoding: 'utf8' })
  console.log(`integrity_check: sqlite3 ${program.trim()}, python's sqlite3 ${python.trim()}`)
}

/** Beside the schema that a script would make: one table, all of it as the view has it, and the same three indices. */
function comparePlain(path: string, plain: string): void {
  const statements = `ATTACH '${plain}' AS p; CREATE TABLE p.flows AS SELECT * FROM flows;
    CREATE INDEX p.by_end ON flows(end); CREATE INDEX p.by_remote ON flows(remote_ip); CREATE INDEX p.by_process ON flows(process)`
  execFileSync('sqlite3', [path, statements])
  const [ours, theirs] = [statSync(path).size, statSync(plain).size]
  console.log(
    `one table of text columns with these indices: ${(theirs / 1e6).toFixed(0)} MB, x${(theirs / ours).toFixed(2)}`,
  )
}

/** By the sqlite3 program, its start included. */
function askQuestions(path: string): void {
  const rows = Object.entries(questions).map(([name, sql]) => {
    const times = Array.from({ length: rounds }, () => {
      const began = performance.now()
      execFileSync('sqlite3', ['-readonly', path, sql], { maxBuffer: 1e9 })
      return performance.now() - began
    })
    return [name, spreadText(spreadOf(times), 0)]
  })
  console.log(textTable(['question', `ms (n=${rounds})`], rows))
}
