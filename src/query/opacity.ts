import type { InterfaceKind, PacketLoss, Traffic, TrafficClass } from '../model/wire-traffic.ts'
import type { Millis } from '../model/quantity.ts'
import type { Coverage } from './session.ts'

/** Packets of one class, and which of them the sockets know a process and a user for. */
export interface ClassView extends Traffic {
  readonly owned: Traffic
}
export type ClassViews = Readonly<Record<TrafficClass, ClassView>>

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

/** In the order in which accounts are told. */
export const accountParts = [
  'payload',
  'again',
  'headers',
  'carriers',
  'guests',
  'unowned',
  'noFlow',
  'difference',
] as const satisfies readonly (keyof ByteAccount)[]

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
  readonly classes: ClassViews
  readonly account: ByteAccount
  /** TCP segments that its processes sent again. */
  readonly retransmits: number
  /** Most bytes on the wire first. */
  readonly owners: readonly OwnerView[]
  readonly loss: PacketLoss
}

/** Bytes of payload and the flows that they are of. */
export interface SocketSums {
  readonly flows: number
  readonly payload: number
}

/** The host as a whole: what leaves it, as the network sees it, beside all that its sockets know. */
export interface HostView {
  /** Interfaces by which packets leave the host; what follows, but for `sockets`, is the sum of theirs. */
  readonly outer: readonly string[]
  readonly counted: Traffic
  readonly classes: ClassViews
  readonly account: ByteAccount
  readonly sockets: {
    /** Of a process and user, to and from other hosts, without tunnels' transport. */
    readonly owned: SocketSums
    /** Of those. */
    readonly processes: number
    readonly users: number
    readonly unowned: SocketSums
    readonly carriers: SocketSums
    /** Between processes of this host: each flow once. */
    readonly loopback: SocketSums
  }
}

/** What the network sees of a host beside what its sockets know of the same time. */
export interface Opacity {
  readonly interfaces: readonly InterfaceView[]
  readonly host: HostView
  /** How long was looked. */
  readonly look: Millis
  /** What could not be looked at, each with its reason. */
  readonly unseen: readonly string[]
}

/** What a watch of packets says next. */
export type OpacityTold =
  | { readonly kind: 'seen'; readonly opacity: Opacity; readonly coverage: Coverage }
  /** Nothing can be seen, or nothing more: why, and what can be done. */
  | { readonly kind: 'refused'; readonly message: string; readonly next: string }

/** The way to a host's packets. They are looked at only while somebody watches. */
export interface OpacityWatch {
  /** What was seen since it began, again and again, until `left` or until it is refused. */
  watch(left: AbortSignal): AsyncIterable<OpacityTold>
}
