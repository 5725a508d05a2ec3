import { actorOf, flowFlag, type FlowRecord } from '../../model/flow.ts'
import type { FlowEnds } from '../../capture/interfaces/conntrack-message.ts'
import { countedFrom } from '../count-from.ts'

/** What the sockets of a host did in a stretch of time, and which of them a packet's flow is of. */
export class SocketView {
  /** What each flow did in that time; those that ended before it did nothing. */
  readonly flows: readonly FlowRecord[]
  /** The one that says most of it first. */
  readonly #byEnds = new Map<string, readonly FlowRecord[]>()
  readonly #netns: number

  /**
   * From all flows known before and after; `netns` is that of the packets. Where a flow has a socket at both ends, the
   * one in that namespace that is known to be of a process comes first; of several in turn the last.
   */
  constructor(before: readonly FlowRecord[], after: readonly FlowRecord[], netns: number) {
    this.#netns = netns
    const bases = new Map(before.map((flow) => [flow.id, flow]))
    this.flows = after.map((flow) => {
      const base = bases.get(flow.id)
      return base ? countedFrom(base, flow) : flow
    })
    const rank = (flow: FlowRecord) =>
      (actorOf(flow).kind === 'process' ? 2 : 0) + (flow.netns === netns ? 1 : 0)
    const better = (a: FlowRecord, b: FlowRecord) => rank(b) - rank(a) || b.start - a.start
    for (const flow of this.flows) {
      const key = endsKey(flow)
      const known = this.#byEnds.get(key)
      this.#byEnds.set(key, known ? [...known, flow].sort(better) : [flow])
    }
  }

  /**
   * The flow as its socket knows it; undefined where no socket was seen. `guest`: whose flow it is, if a guest's: then
   * sockets of others than the host and the guest are those of its peer.
   */
  socketOf(ends: FlowEnds, guest?: { readonly netns: number | undefined }): FlowRecord | undefined {
    const found = this.#byEnds.get(endsKey(ends))
    if (!guest) return found?.[0]
    return found?.find(({ netns }) => netns === this.#netns || netns === guest.netns)
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
