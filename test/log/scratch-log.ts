import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openFlowLog, type FlowLog, type FlowLogOptions } from '../../src/log/flow-log.ts'
import type { LogTime } from '../../src/log/log-time.ts'
import { scanLog, type LogPiece } from '../../src/log/scan-log.ts'
import type { FlowRecord } from '../../src/model/flow.ts'
import type { Gap } from '../../src/model/gap.ts'
import { hostTime, millis, seconds } from '../../src/model/quantity.ts'
import { tryFileLock } from '../../src/recorder/file-lock.ts'

/** 2023-11-14 22:13:20 UTC. */
export const epoch = 1_700_000_000_000

/** `ms` after the epoch on both clocks; `stepMs`: how far the wall clock was set since. */
export const at = (ms: number, stepMs = 0): LogTime => ({
  wall: hostTime(epoch + ms + stepMs),
  monotonic: millis(ms),
})

export const allTime = { from: hostTime(0), to: hostTime(Number.MAX_SAFE_INTEGER) }

export const options: FlowLogOptions = {
  hostId: '00112233445566778899aabbccddeeff',
  bootId: 'a0b1c2d3-e4f5-0617-2839-4a5b6c7d8e9f',
  retention: { age: seconds(30 * 86_400), bytes: 1e9, freeBytes: 0 },
  tryLock: tryFileLock,
}

/** A directory that goes when the test ends. */
export function scratchDirectory(parent = tmpdir()): string {
  const path = mkdtempSync(join(parent, 'e2etop-log-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** A log that closes when the test ends, if the test does not close it. */
export async function openLog(
  path: string,
  time = at(0),
  retention = options.retention,
): Promise<FlowLog> {
  const log = openFlowLog(path, { ...options, retention }, time)
  let isOpen = true
  const close = log.close.bind(log)
  log.close = (closed) => {
    isOpen = false
    return close(closed)
  }
  onTestFinished(async () => {
    if (isOpen) close(at(0))
  })
  return log
}

/** Lets the log do all that waits; returns what it did. */
export function maintainAll(log: FlowLog, ms: number): string[] {
  const done: string[] = []
  for (;;) {
    const outcome = log.maintain(at(ms))
    if (outcome.kind === 'idle') return done
    done.push(outcome.kind)
    if (outcome.kind === 'failed') return done
  }
}

export interface Found {
  readonly rows: readonly FlowRecord[]
  readonly gaps: readonly Gap[]
  readonly damage: readonly Extract<LogPiece, { kind: 'damage' }>[]
}

export function readAll(path: string, range = allTime): Found {
  const rows: FlowRecord[] = []
  const gaps: Gap[] = []
  const damage: Extract<LogPiece, { kind: 'damage' }>[] = []
  for (const piece of scanLog(path, range)) {
    if (piece.kind === 'rows') rows.push(...piece.rows)
    else if (piece.kind === 'gaps') gaps.push(...piece.gaps)
    else damage.push(piece)
  }
  return { rows, gaps, damage }
}

export const idsOf = (rows: readonly FlowRecord[]): number[] => rows.map(({ id }) => id)
