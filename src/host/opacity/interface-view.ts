import type { InterfaceCounters } from '../../capture/interfaces/interface-counters.ts'
import type { WireFlow } from '../../capture/wire/wire-flow.ts'
import { newClassSums } from '../../capture/wire/wire-totals.ts'
import type { ClassSums, WireTotals } from '../../capture/wire/wire-totals.ts'
import type { FlowRecord } from '../../model/flow.ts'
import type { ProcessOwner } from '../../model/owner.ts'
import { trafficClasses } from '../../model/wire-traffic.ts'
import type { InterfaceKind, PacketLoss, Traffic, TrafficClass } from '../../model/wire-traffic.ts'
import type { ClassViews, InterfaceView, OwnerView } from '../../query/opacity.ts'
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
  readonly loss: PacketLoss
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
  const owned = sums.owners()
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
    retransmits: owned.reduce((sum, { retransmits }) => sum + retransmits, 0),
    owners: owned,
    loss: watched.loss,
  }
}

/** What counters grew by, both ways; of loopback one. */
export function grownBy(
  before: InterfaceCounters,
  after: InterfaceCounters,
  kind: InterfaceKind,
): Traffic {
  const grown = (counter: keyof InterfaceCounters) => {
    // One that was made anew counts from 0.
    const isAnew = after[counter] < before[counter]
    return isAnew ? after[counter] : after[counter] - before[counter]
  }
  const received = { packets: grown('rxPackets'), wireBytes: grown('rxBytes') }
  if (kind === 'loopback') return received
  return {
    packets: received.packets + grown('txPackets'),
    wireBytes: received.wireBytes + grown('txBytes'),
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

function classViews(totals: WireTotals, owned: ClassSums): ClassViews {
  const entries = trafficClasses.map((name) => [
    name,
    { ...totals.classes[name], owned: owned[name] },
  ])
  return Object.fromEntries(entries) as ClassViews
}
