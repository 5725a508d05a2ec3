import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { oneMallocHeap } from '../../src/cli/lean-memory.ts'
import { startProgram } from '../e2e/run-program.ts'

/** `e2etop record` of the built program. */
export interface RecorderProcess {
  readonly pid: number
  readonly log: string
  readonly socket: string
  /** Lets it write its last records; idempotent. */
  stop(): Promise<void>
  kill(): Promise<void>
}

/** Starts one with its log and socket in `home`, which it makes where it is not there, and waits until it records. */
export async function startRecorder(home: string, timer: string): Promise<RecorderProcess> {
  mkdirSync(home, { mode: 0o755, recursive: true })
  const config = join(home, 'config.json')
  writeFileSync(config, '{}')
  const log = join(home, 'log')
  const socket = join(home, 'all.sock')
  const places = ['--data-dir', log, '--socket', socket, '--config', config]
  // As its unit does.
  const words = ['record', ...places, '--export-timer', timer]
  const { child, finished } = startProgram(words, oneMallocHeap)
  let said = ''
  child.stderr?.on('data', (piece: Buffer) => (said += piece.toString()))
  while (!said.includes('recording from')) {
    if (child.exitCode !== null) throw new Error(said)
    await sleep(5)
  }
  const stop = async () => {
    child.kill('SIGTERM')
    const { code, stderr } = await finished
    if (code !== 0) throw new Error(stderr)
  }
  const kill = async () => {
    child.kill('SIGKILL')
    await finished
  }
  return { pid: child.pid!, log, socket, stop, kill }
}
