import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FlowRecord } from '../../../src/model/flow.ts'
import { BusyHost } from '../../log/busy-host.ts'

/** 2023-11-15 UTC. */
export const startMs = 1_700_006_400_000
export const dayMs = 86_400_000
export const days = 14
export const exportMs = 300_000
const periodsADay = dayMs / exportMs

/** Flows of a host over 14 days, the same for each engine, and where each keeps them from one run to the next. */
export interface Dataset {
  readonly rows: number
  readonly folder: string
}

/** Changes with what the files hold: what they decide is to be made anew then. */
export function digestOf(files: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(file))
  return hash.digest('hex').slice(0, 8)
}

export function datasetOf(rows: number): Dataset {
  const digest = digestOf(['test/log/busy-host.ts', 'test/bench/query/dataset.ts'])
  const folder = join(tmpdir(), 'e2etop-bench-query', `${rows}-${digest}`)
  mkdirSync(folder, { recursive: true })
  return { rows, folder }
}

/** What a host exported at one time. */
export interface Batch {
  readonly day: number
  readonly atMs: number
  readonly flows: readonly FlowRecord[]
}

/** In the order of writing. The last period may hold some more, so that the rows are exactly as many. */
export function* batchesOf({ rows }: Dataset): Generator<Batch> {
  const periods = days * periodsADay
  const host = new BusyHost(1, startMs, rows / ((days * dayMs) / 1000) / 0.999)
  for (let period = 0; period < periods; period++) {
    const until = Math.floor((rows * (period + 1)) / periods)
    const count = until - Math.floor((rows * period) / periods)
    const atMs = startMs + (period + 1) * exportMs
    yield { day: Math.floor(period / periodsADay), atMs, flows: host.rows(count) }
  }
}

/** Fills a folder once; what was begun and not finished is done again. */
export async function prepared(
  { folder }: Dataset,
  name: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const done = join(folder, name)
  if (existsSync(done)) return done
  const began = performance.now()
  const making = `${done}.making`
  rmSync(making, { recursive: true, force: true })
  mkdirSync(making)
  await fill(making)
  renameSync(making, done)
  process.stderr.write(`made ${done} in ${((performance.now() - began) / 1000).toFixed(0)} s\n`)
  return done
}
