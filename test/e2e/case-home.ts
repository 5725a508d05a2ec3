import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { openFlowLog } from '../../src/log/flow-log.ts'
import type { FlowRecord } from '../../src/model/flow.ts'
import { BusyHost } from '../log/busy-host.ts'
import { at, epoch, maintainAll, options } from '../log/scratch-log.ts'
import { runProgram, startProgram, type Finished } from './run-program.ts'

const rowsAnAppend = 20_000
/** A busy host has 100 rows a second. */
const msARow = 10
/** After which a journal is sealed. */
const dayMs = 86_400_000

/** The log of a host of which no recorder runs, and places for cases; all gone after the tests. */
export class CaseHome {
  #path = ''
  readonly #rows: number
  #records: FlowRecord[] = []
  #directories = 0

  /** Called inside a `describe`. */
  constructor(rows: number) {
    this.#rows = rows
    beforeAll(() => {
      this.#path = mkdtempSync(join(tmpdir(), 'e2etop-case-'))
      mkdirSync(this.log)
      const host = new BusyHost(1, epoch)
      const log = openFlowLog(this.log, options, at(0))
      for (let ms = 0; this.#records.length < rows;) {
        const batch = host.rows(Math.min(rowsAnAppend, rows - this.#records.length))
        this.#records.push(...batch)
        log.append(batch, [], at((ms += batch.length * msARow)))
        maintainAll(log, ms)
      }
      maintainAll(log, dayMs)
      log.close(at(dayMs))
    })
    afterAll(() => rmSync(this.#path, { recursive: true }))
  }

  get log(): string {
    return join(this.#path, 'log')
  }

  /** A time of which the log holds everything. */
  get since(): number {
    return epoch + 1_000
  }

  get until(): number {
    return epoch + this.#rows * msARow - 1_000
  }

  /** What is asked for. */
  get records(): readonly FlowRecord[] {
    return this.#records.filter(({ end }) => end >= this.since && end < this.until)
  }

  /** For the files of one test. */
  directory(): string {
    this.#directories += 1
    const path = join(this.#path, `cases-${this.#directories}`)
    mkdirSync(path)
    onTestFinished(() => rmSync(path, { recursive: true, force: true }))
    return path
  }

  export(path: string, ...more: readonly string[]) {
    return runProgram(this.#words([path, ...more]))
  }

  /** To a collector, in place of a file. */
  send(collector: string, ...more: readonly string[]) {
    return runProgram(this.#words(['--ipfix', collector, ...more]))
  }

  startExport(path: string, ...more: readonly string[]) {
    return startProgram(this.#words([path, ...more]))
  }

  #words(what: readonly string[]): string[] {
    const time = (ms: number) => new Date(ms).toISOString()
    // No recorder of the machine on which the tests run has anything to do with it.
    const places = ['--data-dir', this.log, '--socket', '/nonexistent/e2etop.sock']
    const asked = ['--since', time(this.since), '--until', time(this.until)]
    return ['export', ...places, ...asked, ...what]
  }
}

/** What is said of an ordinary failure. */
export function refusal({ code, stderr }: Finished): string {
  expect({ code, stderr }).toMatchObject({ code: 1 })
  expect(stderr).not.toMatch(/^ {4}at /m)
  return stderr
}

/** Rows that `e2etop sql` prints. */
export async function askCase(path: string, text: string): Promise<Record<string, unknown>[]> {
  const { code, stdout, stderr } = await runProgram(['sql', path, text, '--format', 'json'])
  const notice = `e2etop: ${path} was not verified; e2etop verify checks its seals\n`
  expect({ code, stderr }).toEqual({ code: 0, stderr: notice })
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
