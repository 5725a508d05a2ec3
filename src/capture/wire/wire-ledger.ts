import { wireLimits } from '../../model/wire-limits.ts'
import { hostTime } from '../../model/quantity.ts'
import { trafficClasses } from '../../model/wire-traffic.ts'
import { applications, type Payload } from './applications/application.ts'
import { recognise } from './applications/recognise.ts'
import type { CapturedPacket } from './captured-packet.ts'
import { counter, mark } from './flow-columns.ts'
import { tcpFlag } from './headers/tcp.ts'
import { hasTransport, type IpLayer } from './ip-layer.ts'
import { KindCounts } from './kind-counts.ts'
import { PacketLayers } from './packet-layers.ts'
import type { PacketDefect, WalkEnd } from './packet-walk.ts'
import { WireFlowTable, type FoundFlow } from './wire-flow-table.ts'
import { wireFlow, type IsLocal, type WireFlow } from './wire-flow.ts'
import { newClassSums, type ClassSums, type WireTotals } from './wire-totals.ts'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Weak signs that make an application certain. */
const weakSignsNeeded = 2

/** Accounts for packets one by one: every one once, in a flow or in a class of its own, however many it is in. */
export class WireLedger {
  readonly #layers = new PacketLayers()
  readonly #table: WireFlowTable
  readonly #isLocal: IsLocal | undefined
  /** Of packets without a flow, and of evicted flows. */
  readonly #sums = newClassSums()
  readonly #defects = new KindCounts<PacketDefect>()
  readonly #ethertypes = new KindCounts<string>()
  readonly #evicted = { flows: 0, packets: 0, wireBytes: 0 }
  readonly #seen = { packets: 0, wireBytes: 0, capturedBytes: 0, first: 0, last: 0 }
  readonly #odd = { cut: 0, tooDeep: 0, loneFragments: 0 }
  readonly #payload: Writable<Payload> = { bytes: new Uint8Array(), at: 0, end: 0, wireBytes: 0 }

  constructor(isLocal?: IsLocal, flowsMax: number = wireLimits.wireFlowsMax) {
    this.#isLocal = isLocal
    this.#table = new WireFlowTable(flowsMax, (slot) => this.#keepSums(slot))
  }

  add(packet: CapturedPacket): void {
    const seen = this.#seen
    seen.packets += 1
    seen.wireBytes += packet.wireBytes
    seen.capturedBytes += packet.end - packet.at
    if (seen.first === 0 || packet.time < seen.first) seen.first = packet.time
    if (packet.time > seen.last) seen.last = packet.time
    const end = this.#layers.read(packet)
    this.#noteEnd(end)
    if (this.#layers.depth === 0) this.#addWithoutFlow(end, packet.wireBytes)
    else this.#addLayers(packet)
  }

  totals(): WireTotals {
    const classes = newClassSums()
    for (const name of trafficClasses) Object.assign(classes[name], this.#sums[name])
    for (const slot of this.#table.slots()) this.#addOwn(slot, classes)
    const { packets, wireBytes, capturedBytes, first, last } = this.#seen
    return {
      packets,
      wireBytes,
      capturedBytes,
      first: hostTime(first),
      last: hostTime(last),
      classes,
      flows: this.#table.size,
      evicted: this.#evicted,
      defects: this.#defects,
      ...this.#odd,
      ethertypes: this.#ethertypes.list() as Readonly<Record<string, number>>,
    }
  }

  *flows(): Generator<WireFlow> {
    for (const slot of this.#table.slots()) yield wireFlow(this.#table.columns, slot, this.#isLocal)
  }

  /** All flows, those of most bytes on the wire first. */
  *largestFlows(): Generator<WireFlow> {
    const { columns } = this.#table
    const bytesOf = (slot: number) =>
      columns.counterOf(slot, counter.wireBytes) + columns.counterOf(slot, counter.wireBytes + 1)
    const slots = [...this.#table.slots()].sort((a, b) => bytesOf(b) - bytesOf(a))
    for (const slot of slots) yield wireFlow(columns, slot, this.#isLocal)
  }

  #noteEnd(end: WalkEnd): void {
    if (end === 'malformed') this.#defects.add(this.#layers.walk.defect)
    if (this.#layers.walk.overclaims) this.#defects.add('ip-length')
    if (end === 'cut') this.#odd.cut += 1
    if (end === 'too-deep') this.#odd.tooDeep += 1
  }

  #addWithoutFlow(end: WalkEnd, wireBytes: number): void {
    const sum = this.#sums[end === 'not-ip' ? 'not-ip' : 'undecoded']
    sum.packets += 1
    sum.wireBytes += wireBytes
    if (end !== 'not-ip') return
    const name = `0x${this.#layers.walk.ethertype.toString(16).padStart(4, '0')}`
    const isKnown =
      this.#ethertypes.has(name) || this.#ethertypes.size < wireLimits.wireEthertypesMax
    this.#ethertypes.add(isKnown ? name : 'other')
  }

  #addLayers({ bytes, time, wireBytes }: CapturedPacket): void {
    // A later fragment of an outer packet is no further packet of the flows inside.
    const { layers, depth, ownDepth: counted } = this.#layers
    if (this.#layers.isLoneFragment) this.#odd.loneFragments += 1
    for (let i = 0; i < depth; i++) {
      const layer = layers[i]!
      const found = this.#table.flowOf(layer)
      this.#count(found, layer, { time, wireBytes, packets: i < counted ? 1 : 0 })
      if (i < depth - 1) this.#table.columns.marks[found.slot]! |= mark.carried
      else this.#countOwn(found.slot, layer, bytes, wireBytes)
    }
  }

  #count(
    { slot, isForward, isNew }: FoundFlow,
    layer: IpLayer,
    packet: { time: number; wireBytes: number; packets: number },
  ): void {
    const { columns } = this.#table
    const end = isForward ? 0 : 1
    columns.add(slot, counter.payloadBytes + end, layer.payloadBytes)
    columns.add(slot, counter.packets + end, packet.packets)
    columns.add(slot, counter.wireBytes + end, packet.wireBytes)
    columns.stretch(slot, packet.time)
    if (isNew && !isForward) columns.marks[slot]! |= mark.beganAtB
    const { tcpFlags } = layer
    if (tcpFlags & tcpFlag.syn) {
      const isOpenerA = ((tcpFlags & tcpFlag.ack) === 0) === isForward
      columns.marks[slot]! |= isOpenerA ? mark.openedByA : mark.openedByB
    }
    if (tcpFlags & (tcpFlag.fin | tcpFlag.rst)) columns.marks[slot]! |= mark.ended
  }

  /** The innermost flow accounts for the packet, and its payload says what the flow is. */
  #countOwn(slot: number, layer: IpLayer, bytes: Uint8Array, wireBytes: number): void {
    const { columns } = this.#table
    columns.add(slot, counter.ownPackets, 1)
    columns.add(slot, counter.ownWireBytes, wireBytes)
    const isCaptured = layer.payloadBytes > 0 && layer.payloadAt < layer.payloadEnd
    if (!isCaptured || !hasTransport(layer)) return
    columns.marks[slot]! |= mark.payload
    if (columns.application[slot] !== 0) return
    const payload = this.#payload
    payload.bytes = bytes
    payload.at = layer.payloadAt
    payload.end = layer.payloadEnd
    payload.wireBytes = layer.payloadBytes
    this.#learn(slot, layer, payload)
  }

  #learn(slot: number, layer: IpLayer, payload: Payload): void {
    const sign = recognise(layer, payload)
    if (!sign) return
    const { columns } = this.#table
    if (sign.strength === 'weak') {
      columns.weakSigns[slot]! += 1
      if (columns.weakSigns[slot]! < weakSignsNeeded) return
    }
    columns.application[slot] = applications.indexOf(sign.application)
  }

  #keepSums(slot: number): void {
    const { columns } = this.#table
    this.#addOwn(slot, this.#sums)
    this.#evicted.flows += 1
    this.#evicted.packets += columns.counterOf(slot, counter.ownPackets)
    this.#evicted.wireBytes += columns.counterOf(slot, counter.ownWireBytes)
  }

  #addOwn(slot: number, sums: ClassSums): void {
    const { columns } = this.#table
    const sum = sums[columns.opacityOf(slot)]
    sum.packets += columns.counterOf(slot, counter.ownPackets)
    sum.wireBytes += columns.counterOf(slot, counter.ownWireBytes)
  }
}
