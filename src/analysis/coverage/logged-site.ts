import { formatAddress } from '../../model/address.ts'
import { flowFlag, type FlowRecord } from '../../model/flow.ts'
import { serviceOf } from '../service-of.ts'
import { TrafficGraph } from './traffic-graph.ts'

/** What one host said of its conversation with one address. */
interface Told {
  readonly host: string
  readonly remote: string
  readonly service: string
  bytes: number
  flows: number
}

/**
 * A site of which each host recorded its own flows. What two of them said to each other is in both logs and counts
 * once, by the log that tells more; whoever left no log cannot be instrumented.
 */
export class LoggedSite {
  readonly #hostOf = new Map<string, string>()
  readonly #told = new Map<string, Told>()
  readonly #hosts = new Set<string>()

  /** A host that may have recorded nothing. */
  addHost(host: string): void {
    this.#hosts.add(host)
  }

  /** A record of a host's log; `isNew`: the first one of its flow. */
  add(host: string, record: FlowRecord, isNew: boolean): void {
    // Within a host nobody else sees it, and inside a tunnel it is there once more.
    if (record.flags & (flowFlag.loopback | flowFlag.carrier)) return
    const remote = formatAddress(record.remoteAddress)
    this.#hostOf.set(formatAddress(record.localAddress), host)
    const service = serviceOf(record)
    const key = [host, remote, service].join('\0')
    const told = this.#told.get(key) ?? { host, remote, service, bytes: 0, flows: 0 }
    told.bytes += record.txBytes + record.rxBytes
    told.flows += isNew ? 1 : 0
    this.#told.set(key, told)
  }

  graph(): TrafficGraph {
    const graph = new TrafficGraph()
    for (const host of this.#hosts) graph.addHost(host)
    for (const tellers of this.#conversations().values()) {
      const [most] = [...tellers.values()].sort((a, b) => b.bytes - a.bytes)
      const { host, remote, ...rest } = most!
      graph.add({ ...rest, ends: [host, this.#hostOf.get(remote)] })
    }
    return graph
  }

  /** By both ends and service, what each end told: all its addresses of the other together. */
  #conversations(): ReadonlyMap<string, ReadonlyMap<string, Told>> {
    const conversations = new Map<string, Map<string, Told>>()
    for (const told of this.#told.values()) {
      const other = this.#hostOf.get(told.remote) ?? told.remote
      const key = [...[told.host, other].sort(), told.service].join('\0')
      const tellers = conversations.get(key) ?? new Map<string, Told>()
      conversations.set(key, tellers)
      const known = tellers.get(told.host)
      if (!known) tellers.set(told.host, { ...told })
      else {
        known.bytes += told.bytes
        known.flows += told.flows
      }
    }
    return conversations
  }
}
