import type { Guest } from '../../capture/interfaces/guests.ts'
import type { FlowEnds, Translation } from '../../capture/interfaces/translations.ts'
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
  readonly translations: readonly Translation[]
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
  readonly #innerEnds = new Map<string, FlowEnds>()

  constructor(sockets: SocketView, { guests, translations, isLocal } = noGuests) {
    this.#sockets = sockets
    this.#guests = guests
    this.#isLocal = isLocal
    for (const { inner, outer } of translations) this.#innerEnds.set(endsKey(outer), inner)
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
    const inner = this.#innerEnds.get(endsKey(ends))
    const socket = this.#bySocket(ends) ?? (inner && this.#bySocket(inner))
    if (socket) return socket
    const guest =
      this.#guestAt(interfaceName, ends) ??
      this.#guestOfFlow.get(endsKey(ends)) ??
      (inner && this.#guestOfFlow.get(endsKey(inner)))
    return guest && { owner: guest.owner, socket: undefined }
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
