import { actorOf, flowFlag, type FlowRecord } from '../../model/flow.ts'
import type { FlowEnds } from '../../capture/interfaces/conntrack-message.ts'
import { countedFrom } from '../count-from.ts'

/** What the sockets of a host did in a stretch of time, and which of them a packet's flow is of. */
export class SocketView {
  /** What each flow did in that time; those that ended before it did nothing. */
  readonly flows: readonly FlowRecord[]
  readonly #byEnds = new Map<string, FlowRecord>()

  /**
   * From all flows known before and after; `netns` is that of the packets. Where a flow has a socket at both ends, the
   * one in that namespace that is known to be of a process stands for it; of several in turn the last.
   */
  constructor(before: readonly FlowRecord[], after: readonly FlowRecord[], netns: number) {
    const bases = new Map(before.map((flow) => [flow.id, flow]))
    this.flows = after.map((flow) => {
      const base = bases.get(flow.id)
      return base ? countedFrom(base, flow) : flow
    })
    const rank = (flow: FlowRecord) =>
      (actorOf(flow).kind === 'process' ? 2 : 0) + (flow.netns === netns ? 1 : 0)
    for (const flow of this.flows) {
      const key = endsKey(flow)
      const known = this.#byEnds.get(key)
      const better = known ? rank(flow) - rank(known) || flow.start - known.start : 1
      if (better > 0) this.#byEnds.set(key, flow)
    }
  }

  /** The flow as its socket knows it; undefined where no socket was seen. */
  socketOf(ends: FlowEnds): FlowRecord | undefined {
    return this.#byEnds.get(endsKey(ends))
  }
}

export const isCarrier = (flow: FlowRecord): boolean => (flow.flags & flowFlag.carrier) !== 0

/** The same for both directions. */
export function endsKey({
  protocol,
  localAddress,
  localPort,
  remoteAddress,
  remotePort,
}: FlowEnds): string {
  const local = endOf(localAddress, localPort)
  const remote = endOf(remoteAddress, remotePort)
  return local < remote ? `${protocol} ${local}${remote}` : `${protocol} ${remote}${local}`
}

const endOf = (address: Uint8Array, port: number): string =>
  Buffer.from(address).toString('latin1') + String.fromCharCode(port)
