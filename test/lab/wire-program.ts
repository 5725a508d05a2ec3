import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { program, type Finished } from '../e2e/run-program.ts'
import { runIn, type Namespace } from './namespace-pair.ts'

const ringMs = 1_500

/**
 * Starts e2etop in a namespace, and resolves once it captures packets there, of so many interfaces: on a busy machine
 * each of their rings takes a while to be made.
 */
export async function startCapturing(
  namespace: Namespace,
  args: readonly string[],
  interfaces = 1,
): Promise<{ readonly pid: number; readonly finished: Promise<Finished> }> {
  const child = runIn(namespace, [process.execPath, program, ...args])
  const said = { stdout: '', stderr: '' }
  child.stdout?.on('data', (piece: Buffer) => (said.stdout += piece.toString()))
  child.stderr?.on('data', (piece: Buffer) => (said.stderr += piece.toString()))
  const finished = new Promise<Finished>((resolve) =>
    child.on('close', (code) => resolve({ code, ...said })),
  )
  const ended = finished.then(() => true)
  while (!(await Promise.race([ended, captures(child.pid!, interfaces)])));
  // The socket is there before its ring is.
  await Promise.race([ended, setTimeout(ringMs)])
  return { pid: child.pid!, finished }
}

/** Whether so many packet sockets are open in the namespace of a process; asked after a pause. */
async function captures(pid: number, sockets: number): Promise<boolean> {
  await setTimeout(100)
  try {
    return readFileSync(`/proc/${pid}/net/packet`, 'utf8').trim().split('\n').length > sockets
  } catch {
    // It has ended.
    return true
  }
}
