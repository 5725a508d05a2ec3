import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { formatAddress } from '../../../src/model/address.ts'
import type { FlowSample, SampleSink } from '../../../src/model/sample.ts'

// Not what PATH has: a version manager's shim is another process.
const python = '/usr/bin/python3'
const imports = 'import socket, struct, os\n'

/** Runs a Python program to its end and gives its pid. It finds `socket`, `struct` and `os` imported. */
export function runPython(program: string): number {
  const done = spawnSync(python, ['-c', imports + program])
  if (done.status !== 0) throw new Error(`python: ${done.stderr.toString()}`)
  return done.pid
}

/** Runs a Python program and, when it is through but its sockets are open still, `meanwhile`. */
export async function whilePython(
  program: string,
  meanwhile: (pid: number) => void | Promise<void>,
): Promise<void> {
  const wait = `\nprint('through', flush=True)\nos.read(0, 1)`
  const child = spawn(python, ['-c', imports + program + wait], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  try {
    await Promise.race([once(child.stdout, 'data'), exited])
    await meanwhile(child.pid!)
  } finally {
    child.stdin.end()
    await exited
  }
}

export type KeptSample = Omit<FlowSample, 'localAddress' | 'remoteAddress'> & {
  readonly remoteAddress: string
}

/** The samples of one process's flows, copied. */
export class SamplesOf {
  readonly all: KeptSample[] = []
  readonly take: SampleSink = (sample) => {
    this.all.push({ ...sample, remoteAddress: formatAddress(sample.remoteAddress) })
  }

  of(pid: number, protocol: number): readonly KeptSample[] {
    return this.all.filter(
      ({ owner, protocol: seen }) =>
        owner.kind === 'process' && owner.pid === pid && seen === protocol,
    )
  }
}

export const sum = (samples: readonly KeptSample[], counter: 'txBytes' | 'txPackets') =>
  samples.reduce((total, sample) => total + sample[counter], 0)

/** Order of rows by their first column. */
export const byFirst = (a: readonly unknown[], b: readonly unknown[]) => Number(a[0]) - Number(b[0])
