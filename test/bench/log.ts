import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFlowLog, type FlowLog } from '../../src/log/flow-log.ts'
import { scanLog } from '../../src/log/scan-log.ts'
import { limits } from '../../src/model/limits.ts'
import { hostTime, millis, seconds } from '../../src/model/quantity.ts'
import { tryFileLock } from '../../src/recorder/file-lock.ts'
import { BusyHost } from '../log/busy-host.ts'
import { spreadOf, spreadText } from './spread.ts'
import { textTable } from './text-table.ts'

const startMs = 1_700_006_400_000
const exportMs = 300_000
const dayMs = 86_400_000
const keepAll = { age: seconds(1e9), bytes: 1e12, freeBytes: 0 }
const appends = 15

interface Load {
  readonly rows: number
  readonly periods: number
}
/** What hosts of different size export every 300 s; a day of it, but for the largest. */
const loads: readonly Load[] = [
  { rows: 20, periods: 288 },
  { rows: 250, periods: 288 },
  { rows: 2_500, periods: 288 },
  { rows: 20_000, periods: appends },
]

/** Cost of an append, bytes of a row in journal and segment; how long a start, a step of sealing and a deletion take. */
export async function log(): Promise<void> {
  console.log(
    `directory in ${tmpdir()}; appends and steps of sealing: median [min-max], syncs included`,
  )
  const rows: string[][] = []
  for (const load of loads) rows.push(await rowOf(load))
  const head = [
    'rows an append',
    'append ms',
    'journal B/row',
    'sealed B/row',
    'written/sealed',
    'start ms',
  ]
  console.log(textTable([...head, 'seal step ms', 'delete ms', 'scan rows/ms'], rows))
}

async function rowOf({ rows, periods }: Load): Promise<string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'e2etop-bench-log-'))
  try {
    const host = new BusyHost(1, startMs)
    const written = open(directory, 0)
    const appendMs: number[] = []
    for (let period = 0; period < periods; period++) {
      // A stretch of the host's time, so that times of a batch lie as close as they would.
      const batch = host.rows(rows)
      const began = performance.now()
      written.append(batch, [], at(period * exportMs * 0.99))
      appendMs.push(performance.now() - began)
    }
    written.close(at(periods * exportMs))
    const journalBytes = bytesIn(directory)
    const began = performance.now()
    const sealing = open(directory, periods * exportMs + 1)
    const openedMs = performance.now() - began
    const stepMs = maintainAll(sealing, periods * exportMs + 1)
    const sealedBytes = bytesIn(directory)
    const total = rows * periods
    const rowsAMs = total / scanMs(directory, total)
    sealing.setRetention({ ...keepAll, bytes: 0 })
    const deleteMs = maintainAll(sealing, periods * exportMs + dayMs)
    sealing.close(at(periods * exportMs + dayMs))
    return [
      `${rows} x ${periods}`,
      spreadText(spreadOf(appendMs.slice(Math.min(5, periods - 1))), 2),
      (journalBytes / total).toFixed(1),
      (sealedBytes / total).toFixed(1),
      ((journalBytes + sealedBytes) / sealedBytes).toFixed(2),
      openedMs.toFixed(0),
      spreadText(spreadOf(stepMs), 1),
      Math.max(...deleteMs).toFixed(1),
      rowsAMs.toFixed(0),
    ]
  } finally {
    rmSync(directory, { recursive: true })
  }
}

const at = (ms: number) => ({ wall: hostTime(startMs + ms), monotonic: millis(ms) })

const open = (directory: string, ms: number): FlowLog =>
  openFlowLog(
    directory,
    {
      hostId: '0'.repeat(32),
      bootId: '0'.repeat(32),
      retention: keepAll,
      tryLock: tryFileLock,
    },
    at(ms),
  )

/** How long each step took. */
function maintainAll(log: FlowLog, ms: number): number[] {
  const stepMs: number[] = []
  for (let step = 0; ; step++) {
    const began = performance.now()
    const { kind } = log.maintain(at(ms + step * limits.logUpkeepMs))
    stepMs.push(performance.now() - began)
    if (kind === 'idle') return stepMs
  }
}

function scanMs(directory: string, expected: number): number {
  const began = performance.now()
  let rows = 0
  for (const piece of scanLog(directory, { from: hostTime(0), to: hostTime(9e15) }))
    if (piece.kind === 'rows') rows += piece.rows.length
  if (rows !== expected) throw new Error(`${rows} rows of ${expected}`)
  return performance.now() - began
}

/** Lengths of the files, without what their last block wastes. */
const bytesIn = (directory: string): number =>
  readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0)
