import type { InterfaceCounters } from '../../capture/interfaces/interface-counters.ts'
import type { InterfaceKind } from '../../capture/interfaces/interface-kind.ts'
import type { LiveLoss } from '../../capture/wire/live/live-capture.ts'
import type { WireFlow } from '../../capture/wire/wire-flow.ts'
import { newClassSums, trafficClasses } from '../../capture/wire/wire-totals.ts'
import type {
  ClassSums,
  Traffic,
  TrafficClass,
  WireTotals,
} from '../../capture/wire/wire-totals.ts'
import type { FlowRecord } from '../../model/flow.ts'
import type { ProcessOwner } from '../../model/owner.ts'
import type { FlowOwners } from './flow-owners.ts'
import { isCarrier } from './socket-view.ts'

/** One interface, as its packets and its counters show it in one and the same time. */
export interface WatchedInterface {
  readonly name: string
  readonly kind: InterfaceKind
  readonly totals: WireTotals
  readonly flows: Iterable<WireFlow>
  /** What its counters grew by, both ways; of loopback, where each packet goes both ways, one. */
  readonly counted: Traffic
  readonly loss: LiveLoss
}

/** Packets of one class, and which of them the sockets know a process and a user for. */
export interface ClassView extends Traffic {
  readonly owned: Traffic
}

/**
 * Where all bytes that an interface counted went: they add up to `counted`. Everything but `payload` is bytes on the
 * wire.
 */
export interface ByteAccount {
  /** What processes sent and received, by their sockets; without tunnels' transport. */
  readonly payload: number
  /** Payload that went over the wire and that no process got or gave: sent again, or still on its way. May be less than
   *  0 where the sockets were ahead of the wire. */
  readonly again: number
  /** Headers of those flows, and packets that carry nothing else. */
  readonly headers: number
  /** A tunnel's own transport, headers and all. */
  readonly carriers: number
  /** Flows without a socket here, of a virtual machine or a container. */
  readonly guests: number
  /** Flows that nobody is known for. */
  readonly unowned: number
  /** What is not IP, or could not be read, or did not fit into the table of flows. */
  readonly noFlow: number
  /** Counted by the interface and not seen: packets lost on the way to us, or counted with other headers. Less than 0
   *  where more was seen. */
  readonly difference: number
}

/** What one process and user have on an interface. */
export interface OwnerView {
  readonly process: string
  readonly user: string
  readonly isCarrier: boolean
  /** Its flows have no socket here: it is a virtual machine, or a container, behind this host. */
  readonly isGuest: boolean
  /** Of a guest, which others of its name are not. */
  readonly pid: number | undefined
  /** Of a process in one; '' elsewhere. */
  readonly container: string
  /** How the wire shows it. */
  readonly classes: readonly TrafficClass[]
  readonly packets: number
  readonly wireBytes: number
  readonly payload: number
  /** TCP segments sent again. */
  readonly retransmits: number
  readonly flows: number
}

export interface InterfaceView {
  readonly name: string
  readonly kind: InterfaceKind
  readonly seen: Traffic
  readonly counted: Traffic
  readonly classes: Readonly<Record<TrafficClass, ClassView>>
  readonly account: ByteAccount
  /** Most bytes on the wire first. */
  readonly owners: readonly OwnerView[]
  readonly loss: LiveLoss
}

/** What the network sees on an interface beside what the sockets know of the same packets. */
export function viewInterface(watched: WatchedInterface, owners: FlowOwners): InterfaceView {
  const { totals, counted } = watched
  const sums = new InterfaceSums()
  const known = new Set<FlowRecord>()
  for (const flow of watched.flows) {
    const found = owners.ownerOf(watched.name, flow.record)
    if (!found) {
      sums.addUnowned(flow)
      continue
    }
    // In and out of a tunnel on one interface: packets of both, payload of one socket.
    const socket = found.socket && !known.has(found.socket) ? found.socket : undefined
    if (found.socket) known.add(found.socket)
    sums.add({
      flow,
      owner: found.owner,
      isGuest: found.socket === undefined,
      isCarrier: found.socket !== undefined && isCarrier(found.socket),
      payload: socket ? socket.txBytes + socket.rxBytes : 0,
      retransmits: socket?.retransmits ?? 0,
    })
  }
  const { account } = sums
  const inFlows = Object.values(account).reduce((sum, bytes) => sum + bytes, 0)
  return {
    name: watched.name,
    kind: watched.kind,
    seen: { packets: totals.packets, wireBytes: totals.wireBytes },
    counted,
    classes: classViews(totals, sums.classes),
    account: {
      ...account,
      noFlow: totals.wireBytes - inFlows,
      difference: counted.wireBytes - totals.wireBytes,
    },
    owners: sums.owners(),
    loss: watched.loss,
  }
}

/** What counters grew by, both ways; of loopback one. */
export function grownBy(
  before: InterfaceCounters,
  after: InterfaceCounters,
  kind: InterfaceKind,
): Traffic {
  const received = {
    packets: after.rxPackets - before.rxPackets,
    wireBytes: after.rxBytes - before.rxBytes,
  }
  if (kind === 'loopback') return received
  return {
    packets: received.packets + after.txPackets - before.txPackets,
    wireBytes: received.wireBytes + after.txBytes - before.txBytes,
  }
}

/** Whose a flow's packets are, and what its sockets say that they carried. */
interface OwnedFlow {
  readonly flow: WireFlow
  readonly owner: ProcessOwner
  readonly isGuest: boolean
  readonly isCarrier: boolean
  readonly payload: number
  readonly retransmits: number
}

class InterfaceSums {
  readonly classes = newClassSums()
  readonly account = { payload: 0, again: 0, headers: 0, carriers: 0, guests: 0, unowned: 0 }
  readonly #owners = new Map<string, OwnerSums>()

  addUnowned({ ownWireBytes }: WireFlow): void {
    this.account.unowned += ownWireBytes
  }

  add(owned: OwnedFlow): void {
    const { flow } = owned
    const sum = this.classes[flow.opacity]
    sum.packets += flow.ownPackets
    sum.wireBytes += flow.ownWireBytes
    this.#addToAccount(owned)
    this.#addToOwner(owned)
  }

  /** Most bytes on the wire first. */
  owners(): readonly OwnerView[] {
    return [...this.#owners.values()]
      .map((sums) => ({ ...sums, classes: [...sums.classes] }))
      .sort((a, b) => b.wireBytes - a.wireBytes)
  }

  #addToAccount({ flow, isGuest, isCarrier: carries, payload }: OwnedFlow): void {
    const { account } = this
    if (isGuest || carries) {
      account[isGuest ? 'guests' : 'carriers'] += flow.ownWireBytes
      return
    }
    const onWire = flow.record.txBytes + flow.record.rxBytes
    account.payload += payload
    account.again += onWire - payload
    account.headers += flow.ownWireBytes - onWire
  }

  #addToOwner({ flow, owner, isGuest, isCarrier: carries, payload, retransmits }: OwnedFlow): void {
    const { process, pid, user, container } = owner
    // Two virtual machines are two processes of one name. NUL cannot occur in cleaned text, so no two keys collide.
    const key = [process, user, container, carries, isGuest ? pid : ''].join('\0')
    const sums = this.#owners.get(key) ?? {
      process,
      user,
      container,
      pid: isGuest ? pid : undefined,
      isGuest,
      isCarrier: carries,
      classes: new Set<TrafficClass>(),
      packets: 0,
      wireBytes: 0,
      payload: 0,
      retransmits: 0,
      flows: 0,
    }
    this.#owners.set(key, sums)
    sums.classes.add(flow.opacity)
    sums.packets += flow.ownPackets
    sums.wireBytes += flow.ownWireBytes
    sums.payload += payload
    sums.retransmits += retransmits
    sums.flows += 1
  }
}

type OwnerSums = { -readonly [K in keyof Omit<OwnerView, 'classes'>]: OwnerView[K] } & {
  readonly classes: Set<TrafficClass>
}

function classViews(totals: WireTotals, owned: ClassSums) {
  const entries = trafficClasses.map((name) => [
    name,
    { ...totals.classes[name], owned: owned[name] },
  ])
  return Object.fromEntries(entries) as Record<TrafficClass, ClassView>
}
