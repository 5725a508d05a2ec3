import type { Guest } from '../../capture/interfaces/guests.ts'
import type { FlowEnds, Translation } from '../../capture/interfaces/conntrack-message.ts'
import type { IsLocal } from '../../capture/wire/wire-flow.ts'
import { actorOf, type FlowRecord } from '../../model/flow.ts'
import type { ProcessOwner } from '../../model/owner.ts'
import { endsKey, type SocketView } from './socket-view.ts'

/** Whose a flow of packets is. */
export interface FlowOwner {
  readonly owner: ProcessOwner
  /** Undefined where the flow has none here: it is a guest's. */
  readonly socket: FlowRecord | undefined
}

export interface InterfaceFlows {
  readonly name: string
  readonly flows: Iterable<{ readonly record: FlowRecord }>
}

/** What is known of flows besides sockets. */
export interface GuestKnowledge {
  readonly guests: ReadonlyMap<string, Guest>
  readonly translations: Iterable<Translation>
  /** Whether an address is the host's own. */
  readonly isLocal: IsLocal
}

const noGuests: GuestKnowledge = { guests: new Map(), translations: [], isLocal: () => false }

/**
 * Finds the owner of flows by all that is known: sockets; where there is none, the guest behind the interface on which
 * the same flow was also seen; both also by the ends that the flow has on the other side of this host's NAT.
 */
export class FlowOwners {
  readonly #sockets: SocketView
  readonly #guests: ReadonlyMap<string, Guest>
  readonly #isLocal: IsLocal
  readonly #guestOfFlow = new Map<string, Guest>()
  /** Of flows that pass this host's NAT, by the ends on the one side those on the other; undefined where that is not one flow. */
  readonly #otherEnds = new Map<string, FlowEnds | undefined>()

  constructor(sockets: SocketView, { guests, translations, isLocal } = noGuests) {
    this.#sockets = sockets
    this.#guests = guests
    this.#isLocal = isLocal
    for (const { before, after } of translations) {
      this.#join(after, before)
      this.#join(before, after)
    }
  }

  /** Flows of an interface, to know those of guests again where they are forwarded. */
  learn({ name, flows }: InterfaceFlows): void {
    for (const { record } of flows) {
      const guest = this.#guestAt(name, record)
      if (guest) this.#guestOfFlow.set(endsKey(record), guest)
    }
  }

  /** Undefined where nobody is known for it. */
  ownerOf(interfaceName: string, ends: FlowRecord): FlowOwner | undefined {
    const other = this.#otherEnds.get(endsKey(ends))
    const socket = this.#bySocket(ends) ?? (other && this.#bySocket(other))
    if (socket) return socket
    const guest =
      this.#guestAt(interfaceName, ends) ??
      this.#guestOfFlow.get(endsKey(ends)) ??
      (other && this.#guestOfFlow.get(endsKey(other)))
    return guest && { owner: guest.owner, socket: undefined }
  }

  /** Of a protocol without ports, two flows that are one behind NAT cannot be told apart there. */
  #join(ends: FlowEnds, other: FlowEnds): void {
    const key = endsKey(ends)
    const isShared = ends.localPort === 0 && ends.remotePort === 0 && this.#otherEnds.has(key)
    this.#otherEnds.set(key, isShared ? undefined : other)
  }

  /** Whoever is behind the interface, but for what only the host itself says there (neighbour discovery). */
  #guestAt(name: string, { localAddress, rxPackets }: FlowRecord): Guest | undefined {
    return rxPackets === 0 && this.#isLocal(localAddress) ? undefined : this.#guests.get(name)
  }

  #bySocket(ends: FlowEnds): FlowOwner | undefined {
    const socket = this.#sockets.socketOf(ends)
    const owner = socket && actorOf(socket)
    return owner?.kind === 'process' ? { owner, socket } : undefined
  }
}
