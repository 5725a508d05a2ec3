import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** What a run of another program took. */
export interface Run {
  /** From its start to its end. */
  readonly wallMs: number
  /** Of CPU time, user and system. */
  readonly cpuSeconds: number
  /** As seen every few ms: the peak of the last of them is missing. */
  readonly peakMb: number
  readonly output: string
}

/** Runs a program to its end. @throws Error where it exits with none of `codes` */
export async function runMeasured(command: readonly string[], codes = [0]): Promise<Run> {
  // bash knows what its children took; Node does not. The program's own errors go where ours go.
  const timed = 'TIMEFORMAT="%R %U %S"; { time "$@" 2>&3; } 3>&2 2>&4'
  const child = spawn('bash', ['-c', timed, 'bash', ...command], {
    stdio: ['ignore', 'pipe', 'pipe', 'ignore', 'pipe'],
  })
  let peakMb = 0
  const output: Buffer[] = []
  let errors = ''
  let times = ''
  child.stdout!.on('data', (piece: Buffer) => output.push(piece))
  child.stderr!.on('data', (piece: Buffer) => (errors += piece.toString()))
  child.stdio[4]!.on('data', (piece: Buffer) => (times += piece.toString()))
  const look = setInterval(() => (peakMb = Math.max(peakMb, peakMbBelow(child.pid!))), 5)
  const code = await new Promise<number | null>((ended) => child.on('close', ended))
  clearInterval(look)
  if (!codes.includes(code ?? -1))
    throw new Error(`${command.join(' ')} exited with ${String(code)}: ${errors}`)
  const [real = 0, user = 0, system = 0] = times.trim().split(' ').map(Number)
  const text = Buffer.concat(output).toString()
  return { wallMs: real * 1000, cpuSeconds: user + system, peakMb, output: text }
}

/** VmHWM of a process's only child, while it is there. */
function peakMbBelow(parent: number): number {
  try {
    const child = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim()
    const found = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child}/status`, 'utf8'))
    return found ? Number(found[1]) / 1024 : 0
  } catch {
    // Gone between two looks.
    return 0
  }
}
