import { formatAddress } from '../../src/model/address.ts'
import type { Owner } from '../../src/model/owner.ts'
import type { FlowSample } from '../../src/model/sample.ts'
import type { NamespacePair } from './namespace-pair.ts'
import type { FlowEnd } from './traffic.ts'

/** The last that a source said of one flow. */
export interface SeenFlow {
  readonly end: FlowEnd
  readonly protocol: number
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
  readonly owner: Owner
  readonly actor: Owner | undefined
  readonly txBytes: number
  readonly rxBytes: number
  readonly txPackets: number
  readonly rxPackets: number
  readonly retransmits: number
  readonly direction: string
  readonly closed: boolean
  readonly partial: boolean
}

const counters = ['txBytes', 'rxBytes', 'txPackets', 'rxPackets', 'retransmits'] as const

/** Folds the samples of one namespace pair into one final state a flow; those of the rest of the host are left out. */
export class CollectedFlows {
  readonly #endOf: ReadonlyMap<number, FlowEnd>
  readonly #open = new Map<string, SeenFlow>()
  readonly #closed: SeenFlow[] = []
  readonly #ended = new Set<string>()
  /** Promises of `FlowSample` that a sample broke, in words. */
  readonly broken: string[] = []

  constructor(pair: NamespacePair) {
    this.#endOf = new Map([
      [pair.near.inode, 'client'],
      [pair.far.inode, 'server'],
    ])
  }

  get flows(): readonly SeenFlow[] {
    return [...this.#closed, ...this.#open.values()]
  }

  /** A `SampleSink`. */
  readonly take = (sample: FlowSample): void => {
    const end = this.#endOf.get(sample.netns)
    if (end === undefined) return
    const flow = seenFlow(end, sample)
    const name = flowName(flow)
    // Not the name alone: two sockets with one pair of addresses are another fault.
    const key = `${sample.cookieHigh}.${sample.cookieLow} ${name}`
    const before = this.#open.get(key)
    if (this.#ended.has(key)) this.broken.push(`${name}: a sample after its end`)
    for (const counter of before ? counters : [])
      if (flow[counter] < before![counter])
        this.broken.push(`${name}: ${counter} fell from ${before![counter]} to ${flow[counter]}`)
    if (sample.closed) {
      this.#open.delete(key)
      this.#closed.push(flow)
      this.#ended.add(key)
    } else {
      this.#open.set(key, flow)
    }
  }
}

/** Copies: a source reuses its sample. */
function seenFlow(end: FlowEnd, sample: FlowSample): SeenFlow {
  return {
    end,
    protocol: sample.protocol,
    localAddress: formatAddress(sample.localAddress),
    localPort: sample.localPort,
    remoteAddress: formatAddress(sample.remoteAddress),
    remotePort: sample.remotePort,
    owner: sample.owner,
    actor: sample.actor,
    txBytes: sample.txBytes,
    rxBytes: sample.rxBytes,
    txPackets: sample.txPackets,
    rxPackets: sample.rxPackets,
    retransmits: sample.retransmits,
    direction: sample.direction,
    closed: sample.closed,
    partial: sample.partial,
  }
}

interface FlowName {
  readonly end: FlowEnd
  readonly protocol: number
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
}

/** Names a flow by its end and both addresses; unique within one case of traffic. */
export function flowName(flow: FlowName): string {
  const local = `[${flow.localAddress}]:${flow.localPort}`
  return `${flow.end} ${flow.protocol} ${local} - [${flow.remoteAddress}]:${flow.remotePort}`
}
