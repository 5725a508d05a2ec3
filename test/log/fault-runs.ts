import { cpSync, mkdirSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { openFlowLog, type FlowLog } from '../../src/log/flow-log.ts'
import { scanLog } from '../../src/log/scan-log.ts'
import { gapReason } from '../../src/model/gap.ts'
import { hostTime, millis, seconds } from '../../src/model/quantity.ts'
import { isNumbered, numberedFlows } from './numbered-flows.ts'

/**
 * A program of its own, started with fault-shim.c preloaded: runs the same small life of a log again and again, and
 * fails another operation in each. Prints a line of JSON a run. Arguments: directory, then kinds of fault.
 */
const [root = '', ...kinds] = process.argv.slice(2)
const epoch = 1_700_000_000_000
const at = (ms: number) => ({ wall: hostTime(epoch + ms), monotonic: millis(ms) })
const options = {
  hostId: '1'.repeat(32),
  bootId: '2'.repeat(32),
  // A journal is closed at an eighth: every third period.
  retention: { age: seconds(1e9), bytes: 64 * 1024, freeBytes: 0 },
  // There is one writer at a time, and koffi is not at hand where this program runs.
  tryLock: () => true,
}
const rowsAPeriod = 20
const periods = 8
const periodMs = 1_000

export interface FaultRun {
  readonly kind: string
  readonly n: number
  readonly given: number
  /** All ids up to it are acknowledged. */
  readonly acknowledged: number
  /** Of the given ones, after the next writer has done its work. */
  readonly missing: readonly number[]
  /** Acknowledged rows that a reader finds neither there nor counted before the next writer comes. */
  readonly unreadBefore: number
  /** Rows found more than once, before or after. */
  readonly twice: number
  readonly garbage: number
  /** Rows that gaps and damage say are lost, once the log is maintained. */
  readonly counted: number
  readonly gaps: readonly string[]
  readonly left: readonly string[]
}

function live(log: FlowLog, run: { given: number; acknowledged: number }): void {
  for (let period = 1; period <= periods; period++) {
    const now = period * periodMs
    const rows = numberedFlows(run.given + 1, rowsAPeriod, epoch + now)
    run.given += rowsAPeriod
    if (log.append(rows, [], at(now)).kind === 'written') run.acknowledged = run.given
    // Every other second goes by without an append, as at a long timer.
    for (let step = 0; step < 4; step++) log.maintain(at(now + step * 10))
  }
  const closed = log.close(at((periods + 1) * periodMs))
  if (closed.kind === 'written') run.acknowledged = run.given
}

function restart(directory: string, run: { given: number; acknowledged: number }) {
  const start = (periods + 60) * periodMs
  const log = openFlowLog(directory, options, at(start))
  log.append(numberedFlows(run.given + 1, rowsAPeriod, epoch + start), [], at(start))
  run.given += rowsAPeriod
  for (let step = 0; step < 60; step++) log.maintain(at(start + step * 1_000))
  log.close(at(start + 61_000))
}

function found(directory: string) {
  const ids: number[] = []
  const gaps: string[] = []
  let counted = 0
  let garbage = 0
  for (const piece of scanLog(directory, { from: hostTime(0), to: hostTime(9e15) })) {
    const dated = piece.kind === 'rows' ? [] : piece.kind === 'gaps' ? piece.gaps : [piece.gap]
    for (const gap of dated) {
      if (gap.reason !== gapReason.recorderDown) counted += gap.count
      gaps.push(`${gap.reason} ${gap.count} ${gap.from - epoch}-${gap.to - epoch}`)
    }
    if (piece.kind !== 'rows') continue
    garbage += piece.rows.filter((row) => !isNumbered(row)).length
    ids.push(...piece.rows.map(({ id }) => id))
  }
  return { ids: new Set(ids), twice: ids.length - new Set(ids).size, counted, garbage, gaps }
}

function openedOrNot(directory: string): FlowLog | undefined {
  try {
    return openFlowLog(directory, options, at(0))
  } catch {
    // The fault came before there was a log.
    return undefined
  }
}

function runWith(kind: string, n: number, template: string): FaultRun | undefined {
  const directory = join(root, `${kind}-${n}`)
  cpSync(template, directory, { recursive: true })
  const run = { given: templateRows, acknowledged: templateRows }
  delete process.env['LOG_FAULT_HIT']
  process.env['LOG_FAULT'] = `${kind}:${n}:${directory}`
  const log = openedOrNot(directory)
  if (log) live(log, run)
  const wasHit = process.env['LOG_FAULT_HIT'] !== undefined
  process.env['LOG_FAULT'] = ''
  const acknowledged = run.acknowledged
  const before = found(directory)
  const unreadBefore = missingOf(acknowledged, before.ids).length - before.counted
  if (wasHit) restart(directory, run)
  const { ids, ...after } = found(directory)
  const missing = missingOf(run.given, ids)
  const left = readdirSync(directory).filter((name) => name.startsWith('.'))
  rmSync(directory, { recursive: true })
  if (!wasHit) return undefined
  const twice = before.twice + after.twice
  return { kind, n, given: run.given, acknowledged, missing, left, unreadBefore, ...after, twice }
}

const missingOf = (last: number, ids: ReadonlySet<number>) =>
  Array.from({ length: last }, (_, i) => i + 1).filter((id) => !ids.has(id))

/** A log that was stopped while its journal was not yet sealed. */
const templateRows = 2 * rowsAPeriod
const template = join(root, 'template')
mkdirSync(template)
const first = openFlowLog(template, options, at(-9_000))
first.append(numberedFlows(1, rowsAPeriod, epoch - 8_000), [], at(-8_000))
first.append(numberedFlows(1 + rowsAPeriod, rowsAPeriod, epoch - 7_000), [], at(-7_000))
first.close(at(-6_000))

for (const kind of kinds)
  for (let n = 1; ; n++) {
    const run = runWith(kind, n, template)
    if (!run) break
    writeSync(1, `${JSON.stringify(run)}\n`)
  }
