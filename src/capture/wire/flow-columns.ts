import type { Opacity } from '../../model/wire-traffic.ts'
import { applications, opacityOf, type Application } from './applications/application.ts'

/** Words of a flow's key: two addresses, both ports, the protocol and the tunnel, and the tunnel's identifier. */
export const keyWords = 11
export const keyAt = { addressA: 0, addressB: 4, ports: 8, protocol: 9, tunnelId: 10 } as const

/** Numbers kept of a flow, by end: those of `b` stand one behind those of `a`. */
export const counter = {
  payloadBytes: 0,
  packets: 2,
  wireBytes: 4,
  /** Packets and wire bytes that no flow inside this one accounts for: summed over all flows each packet is there once. */
  ownPackets: 6,
  ownWireBytes: 7,
  first: 8,
  last: 9,
} as const
const countersPerFlow = 10

/** Bits of what was seen of a flow. */
export const mark = {
  /** Captured bytes of payload. */
  payload: 1,
  /** Another flow inside it. */
  carried: 2,
  openedByA: 4,
  openedByB: 8,
  /** The first packet seen came from b. */
  beganAtB: 16,
  /** FIN or RST of TCP. */
  ended: 32,
} as const

/** Everything known of the flows, in columns by slot: some 130 bytes a flow. */
export class FlowColumns {
  keys = new Uint32Array()
  counters = new Float64Array()
  application = new Uint8Array()
  /** Weak signs seen of an application that is not yet certain. */
  weakSigns = new Uint8Array()
  marks = new Uint8Array()

  get capacity(): number {
    return this.marks.length
  }

  grow(capacity: number): void {
    this.keys = copied(this.keys, new Uint32Array(capacity * keyWords))
    this.counters = copied(this.counters, new Float64Array(capacity * countersPerFlow))
    this.application = copied(this.application, new Uint8Array(capacity))
    this.weakSigns = copied(this.weakSigns, new Uint8Array(capacity))
    this.marks = copied(this.marks, new Uint8Array(capacity))
  }

  clear(slot: number): void {
    this.counters.fill(0, slot * countersPerFlow, (slot + 1) * countersPerFlow)
    this.application[slot] = this.weakSigns[slot] = this.marks[slot] = 0
  }

  counterOf(slot: number, which: number): number {
    return this.counters[slot * countersPerFlow + which]!
  }

  add(slot: number, which: number, amount: number): void {
    this.counters[slot * countersPerFlow + which]! += amount
  }

  /** Packets can be out of order, and have no time at all. */
  stretch(slot: number, time: number): void {
    const at = slot * countersPerFlow
    const first = this.counters[at + counter.first]!
    if (first === 0 || time < first) this.counters[at + counter.first] = time
    if (time > this.counters[at + counter.last]!) this.counters[at + counter.last] = time
  }

  applicationOf(slot: number): Application {
    return applications[this.application[slot]!]!
  }

  opacityOf(slot: number): Opacity {
    const application = this.applicationOf(slot)
    if (application !== 'unknown') return opacityOf[application]
    const payloadBytes =
      this.counterOf(slot, counter.payloadBytes) + this.counterOf(slot, counter.payloadBytes + 1)
    return payloadBytes > 0 && !(this.marks[slot]! & mark.payload) ? 'headers-only' : 'clear'
  }
}

function copied<Column extends { set(from: Column): void }>(from: Column, to: Column): Column {
  to.set(from)
  return to
}
