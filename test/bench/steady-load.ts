import { execFileSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runIn, type Namespace } from '../lab/namespace-pair.ts'

/** Builds load.c into `folder`. */
export function compileLoad(folder: string): string {
  const program = join(folder, 'load')
  const source = fileURLToPath(new URL('load.c', import.meta.url))
  execFileSync('gcc', ['-O2', '-o', program, source], { stdio: 'inherit' })
  return program
}

/** A kind of load.c and its pause between two operations. */
export type PacedLoad = readonly [kind: string, pauseUs: number]

/** More than fit into any run: the loads go on until they are stopped. */
const endless = '1000000000'

/** Runs all of `loads` beside each other in the namespace; what it gives stops them. */
export function beginLoads(
  namespace: Namespace,
  program: string,
  loads: readonly PacedLoad[],
): () => Promise<void> {
  const children = loads.map(([kind, pauseUs]) =>
    runIn(namespace, [program, kind, endless, String(pauseUs)], { stdio: 'ignore' }),
  )
  return async () => {
    await Promise.all(children.map(stop))
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) throw new Error(`a load ended by itself with ${child.exitCode}`)
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}

/** What the kernel has counted in a namespace since it was made. */
export interface KernelCounts {
  /** On its loopback, where a packet that is sent is also the one that is received. */
  readonly packets: number
  /** TCP connections opened. */
  readonly connections: number
}

export function kernelCounts(namespace: Namespace): KernelCounts {
  const read = (path: string) =>
    execFileSync('ip', ['netns', 'exec', namespace.name, 'cat', path], { encoding: 'utf8' })
  const loopback = /^ *lo: *\d+ +(\d+)/m.exec(read('/proc/net/dev'))
  // Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens
  const tcp = /^Tcp: \d+ \d+ \d+ -?\d+ (\d+)/m.exec(read('/proc/net/snmp'))
  return { packets: Number(loopback?.[1]), connections: Number(tcp?.[1]) }
}
