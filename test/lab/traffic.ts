import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { whyNoNamespaces, type Namespace, type NamespacePair } from './namespace-pair.ts'

/** Cases of traffic/main.py; what each one is stands above its function there. */
export const trafficCases = [
  'short',
  'sendfile',
  'splice',
  'zerocopy',
  'tcp-mapped',
  'retransmits',
  'linger0',
  'unsent',
  'half-close',
  'refused',
  'older',
  'reused',
  'prefork',
  'setuid-child',
  'fd-passing',
  'udp-unconnected',
  'udp-connected',
  'udp-mapped',
  'udp-oneshot',
  'udp-peers',
  'udp-gso',
  'udp-lite',
  'ping',
  'ping-raw',
  'crowd',
] as const
export type TrafficCase = (typeof trafficCases)[number]

export const flowEnds = ['client', 'server'] as const
/** The client is always in the near namespace, the server in the far one. */
export type FlowEnd = (typeof flowEnds)[number]

export interface ExpectedOwner {
  readonly pid: number
  readonly uid: number
  readonly process: string
}

/** What capture must show of one flow at one end. What is not given here is not compared. */
export interface ExpectedFlow {
  readonly end: FlowEnd
  readonly protocol: number
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
  readonly owner: ExpectedOwner
  /** Last process that used the socket; absent: nobody but the owner did. */
  readonly actor?: ExpectedOwner
  readonly txBytes: number
  readonly rxBytes: number
  readonly txPackets?: number
  readonly rxPackets?: number
  readonly retransmits?: number
  readonly direction?: string
  readonly closed?: boolean
  readonly partial?: boolean
}

export interface TrafficOptions {
  /** Connections, sockets or datagrams; the case's own number where absent. */
  readonly count?: number
  /** The traffic stands still until this is done: `before capture`, `half-closed`, `open`. */
  readonly onPhase?: (phase: string) => void | Promise<void>
}

// The system's Python: a version manager's may lack SCM_RIGHTS or splice, and its shim takes 0.3 s to start.
const python = '/usr/bin/python3'
const program = fileURLToPath(new URL('traffic/main.py', import.meta.url))

/** Why traffic with known totals cannot be made here; undefined where it can. */
export function whyNoTraffic(): string | undefined {
  // os.splice came with 3.10.
  const probe = spawnSync(python, ['-c', 'import os; os.splice'])
  if (probe.status !== 0) return 'making traffic needs Python 3.10 or later at /usr/bin/python3'
  return whyNoNamespaces()
}

/** Makes one case of traffic and resolves to its exact totals when all of it has gone through. */
export async function makeTraffic(
  pair: NamespacePair,
  name: TrafficCase,
  options: TrafficOptions = {},
): Promise<readonly ExpectedFlow[]> {
  const count = options.count === undefined ? [] : ['--count', String(options.count)]
  const ends = ['--near', endArgument(pair.near), '--far', endArgument(pair.far)]
  // -B: no bytecode in the source tree.
  const child = spawn(python, ['-B', program, name, ...ends, ...count], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const complaints: Buffer[] = []
  child.stderr.on('data', (text: Buffer) => complaints.push(text))
  const exited = once(child, 'close')
  let flows: readonly ExpectedFlow[] | undefined
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const message = JSON.parse(line) as { phase?: string; flows?: readonly ExpectedFlow[] }
      if (message.phase !== undefined) {
        await options.onPhase?.(message.phase)
        child.stdin.write('go on\n')
      }
      flows = message.flows ?? flows
    }
  } finally {
    // Whatever ended the loop early must not leave it waiting for us.
    child.stdin.end()
  }
  await exited
  if (flows === undefined)
    throw new Error(`traffic ${name} failed:\n${Buffer.concat(complaints).toString()}`)
  return flows
}

const endArgument = (end: Namespace) => `${end.name},${end.v4},${end.v6}`
