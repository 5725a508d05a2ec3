import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { scanLog } from '../../src/log/scan-log.ts'
import { formatAddress } from '../../src/model/address.ts'
import type { FlowRecord } from '../../src/model/flow.ts'
import type { Gap } from '../../src/model/gap.ts'
import { hostTime } from '../../src/model/quantity.ts'
import { startProgram } from './run-program.ts'

/** What takes a second takes longer on a machine that is busy with ten other things. */
export const patienceMs = 30_000

export const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** On loopback of this network namespace: other traffic of the host may have the same port. */
const isOurs = ({ netns, remoteAddress }: FlowRecord) =>
  netns === statSync('/proc/self/ns/net').ino && formatAddress(remoteAddress) === '127.0.0.1'

/** One finished connection on loopback; gives its port. */
export async function transfer(bytes: number): Promise<number> {
  const server = createServer((socket) => socket.resume().on('end', () => socket.end()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise<void>((resolve) => {
    const client = connect(port, '127.0.0.1', () => client.end(Buffer.alloc(bytes)))
    client.resume().on('close', () => resolve())
  })
  server.close()
  return port
}

/** Places for one recorder at a time, and what is in its log; all new for each test, and gone after it. */
export class RecorderHome {
  path = ''
  #started: ReturnType<typeof startProgram>[] = []

  /** Called inside a `describe`. */
  constructor() {
    beforeEach(() => {
      this.path = mkdtempSync(join(tmpdir(), 'e2etop-record-'))
      // As /var/lib and /run are: the recorder is another user.
      chmodSync(this.path, 0o755)
      writeFileSync(this.config, '{}')
    })
    afterEach(async () => {
      const started = this.#started.splice(0)
      for (const { child } of started) child.kill('SIGKILL')
      await Promise.all(started.map(({ finished }) => finished))
      rmSync(this.path, { recursive: true })
    })
  }

  get log(): string {
    return join(this.path, 'log')
  }

  get socket(): string {
    return join(this.path, 'run', 'all.sock')
  }

  get config(): string {
    return join(this.path, 'config.json')
  }

  get places(): readonly string[] {
    return ['--data-dir', this.log, '--socket', this.socket]
  }

  /** Starts one and waits until it records. */
  async start(timer = '1s', env: Record<string, string> = {}, script?: string) {
    const settings = ['--config', this.config, '--export-timer', timer]
    const recorder = startProgram(['record', ...this.places, ...settings], env, script)
    this.#started.push(recorder)
    let said = ''
    recorder.child.stderr?.on('data', (piece: Buffer) => (said += piece.toString()))
    const begun = Date.now()
    while (!said.includes('recording from')) {
      if (recorder.child.exitCode !== null || Date.now() - begun > patienceMs) throw new Error(said)
      await sleep(50)
    }
    return { ...recorder, said: () => said }
  }

  /** What the log holds: all gaps, and the rows of one remote port of `transfer`; of port 0 what is of no flow. */
  recorded(port = 0) {
    const rows: FlowRecord[] = []
    const gaps: Gap[] = []
    for (const piece of scanLog(this.log, { from: hostTime(0), to: hostTime(9e15) })) {
      if (piece.kind === 'rows') rows.push(...piece.rows)
      else if (piece.kind === 'gaps') gaps.push(...piece.gaps)
      else throw new Error(JSON.stringify(piece))
    }
    return {
      rows: rows.filter((row) => row.remotePort === port && (port === 0 || isOurs(row))),
      gaps,
    }
  }

  /** Reads the log until rows of the port are there. */
  async untilRecorded(port: number): Promise<readonly FlowRecord[]> {
    await until(`rows of port ${port} in the log`, () => this.recorded(port).rows.length > 0)
    return this.recorded(port).rows
  }

  /** Until so many have connected to the recorder's socket. */
  async untilReaders(count: number): Promise<void> {
    const isConnected = (line: string) =>
      / 0001 03 +\d+ /.test(line) && line.endsWith(` ${this.socket}`)
    await until(`${count} readers`, () => {
      const lines = readFileSync('/proc/net/unix', 'utf8').split('\n')
      return lines.filter(isConnected).length === count
    })
  }
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const begun = Date.now()
  while (!holds()) {
    if (Date.now() - begun > patienceMs) throw new Error(`never: ${what}`)
    await sleep(100)
  }
}
