import { formatAddress, type Address } from '../../model/address.ts'
import type { FlowRecord } from '../../model/flow.ts'
import { serviceOf } from '../service-of.ts'
import { TrafficGraph } from './traffic-graph.ts'

/** A site as captures of its network show it: each of its addresses is a host. */
export class CapturedSite {
  readonly graph: TrafficGraph = new TrafficGraph()
  readonly #isHost: (address: Address) => boolean
  /** Of flows of which neither end is a host of the site. */
  readonly foreign = { bytes: 0, flows: 0 }

  /** `isHost`: whether an address belongs to the site. */
  constructor(isHost: (address: Address) => boolean) {
    this.#isHost = isHost
  }

  /** A flow and the bytes that it alone accounts for. */
  add(record: FlowRecord, bytes: number): void {
    const ends = [this.#hostAt(record.localAddress), this.#hostAt(record.remoteAddress)] as const
    if (ends[0] === undefined && ends[1] === undefined) {
      this.foreign.bytes += bytes
      this.foreign.flows += 1
      return
    }
    this.graph.add({ ends, service: serviceOf(record), bytes, flows: 1 })
  }

  #hostAt(address: Address): string | undefined {
    return this.#isHost(address) ? formatAddress(address) : undefined
  }
}
