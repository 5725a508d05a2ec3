import type { CapturedPacket } from '../capture/wire/captured-packet.ts'
import { tcpFlag } from '../capture/wire/headers/tcp.ts'
import { addressOf, type IpLayer } from '../capture/wire/ip-layer.ts'
import { PacketLayers } from '../capture/wire/packet-layers.ts'
import type { IsLocal } from '../capture/wire/wire-flow.ts'
import { unnamed } from '../capture/wire/wire-flow.ts'
import { actorOf, type FlowRecord } from '../model/flow.ts'
import { wireLimits } from '../model/wire-limits.ts'
import type { HostTime } from '../model/quantity.ts'
import { flowProbe } from '../query/run/flow-probe.ts'
import { isCarrier, SocketView } from './opacity/socket-view.ts'

/** Takes a packet that was asked for, and whose it is in words; the packet is only valid during the call. */
export type OwnedSink = (packet: CapturedPacket, interfaceIndex: number, owner: string) => void

export interface OwnedPacketsOptions {
  /** Which flows are asked for, by what their sockets know of them; by what their packets tell where there is none. */
  readonly matches: (flow: FlowRecord) => boolean
  readonly sink: OwnedSink
  readonly isLocal: IsLocal
  /** Network namespace of the packets. */
  readonly netns: number
  readonly heldBytesMax?: number
}

interface Held {
  readonly packet: CapturedPacket
  readonly interfaceIndex: number
  /** Flows that the packet is of, the innermost first. */
  readonly flows: readonly FlowRecord[]
}

/**
 * Chooses packets by the owner of their flow. A packet comes before the recorder has told of its socket, so that those
 * of flows not yet known are held until it has: a second.
 */
export class OwnedPackets {
  readonly #options: OwnedPacketsOptions
  readonly #layers = new PacketLayers()
  readonly #heldBytesMax: number
  #sockets = new SocketView([], [], 0)
  #held: Held[] = []
  #heldBytes = 0
  readonly counts = { seen: 0, chosen: 0, /** Held when there was no more room. */ undecided: 0 }

  constructor(options: OwnedPacketsOptions) {
    this.#options = options
    this.#heldBytesMax = options.heldBytesMax ?? wireLimits.captureHeldBytesMax
  }

  add(packet: CapturedPacket, interfaceIndex: number): void {
    this.counts.seen += 1
    this.#layers.read(packet)
    const { layers, depth } = this.#layers
    if (depth === 0) return
    const chain = layers.slice(0, depth).toReversed()
    const flows = chain.map((layer) => this.#flowOf(layer, packet.time))
    const isKnown = !chain.some(opens) && flows.every((flow) => this.#sockets.socketOf(flow))
    if (isKnown) this.#decide({ packet, interfaceIndex, flows })
    else this.#hold({ packet, interfaceIndex, flows })
  }

  /** What the sockets had done up to a time: all packets up to then can be decided. */
  takeTick(flows: readonly FlowRecord[], to: HostTime): void {
    this.#sockets = new SocketView([], flows, this.#options.netns)
    const held = this.#held
    this.#held = []
    this.#heldBytes = 0
    for (const one of held)
      if (one.packet.time <= to) this.#decide(one)
      else this.#keep(one)
  }

  /** Decides the rest by what is known. */
  end(): void {
    for (const one of this.#held.splice(0)) this.#decide(one)
  }

  #hold({ packet, interfaceIndex, flows }: Held): void {
    // Not `slice`, which of a Buffer is a view.
    const bytes = new Uint8Array(packet.bytes.subarray(packet.at, packet.end))
    if (this.#heldBytes + bytes.length > this.#heldBytesMax) {
      this.counts.undecided += 1
      return
    }
    this.#keep({ packet: { ...packet, bytes, at: 0, end: bytes.length }, interfaceIndex, flows })
  }

  #keep(held: Held): void {
    this.#held.push(held)
    this.#heldBytes += held.packet.end
  }

  #decide({ packet, interfaceIndex, flows }: Held): void {
    for (const flow of flows) {
      const known = this.#sockets.socketOf(flow) ?? flow
      if (!this.#options.matches(known)) continue
      this.counts.chosen += 1
      this.#options.sink(packet, interfaceIndex, ownerInWords(known))
      return
    }
  }

  /** A layer's flow as far as one packet tells. */
  #flowOf(layer: IpLayer, time: HostTime): FlowRecord {
    const source = { address: addressOf(layer.source), port: layer.sourcePort }
    const destination = { address: addressOf(layer.destination), port: layer.destinationPort }
    const { isLocal } = this.#options
    const isInbound = isLocal(destination.address) && !isLocal(source.address)
    const [local, remote] = isInbound ? [destination, source] : [source, destination]
    return {
      ...untold,
      start: time,
      end: time,
      protocol: layer.protocol,
      localAddress: local.address,
      localPort: local.port,
      remoteAddress: remote.address,
      remotePort: remote.port,
    }
  }
}

/** What no packet tells: made once, for it is spread for each packet. */
const untold: FlowRecord = { ...flowProbe(), owner: unnamed }

/** A SYN may begin a flow of other owners between the ends of one that is known. */
const opens = ({ tcpFlags }: IpLayer): boolean =>
  (tcpFlags & tcpFlag.syn) !== 0 && (tcpFlags & tcpFlag.ack) === 0

/** "process curl, pid 4711, user alice, uid 1000": for people, and for Wireshark's filter of comments. */
function ownerInWords(flow: FlowRecord): string {
  const owner = actorOf(flow)
  const carries = isCarrier(flow) ? ', carries a tunnel' : ''
  if (owner.kind !== 'process') return owner.kind === 'kernel' ? 'the kernel' : 'process not known'
  const { process, pid, user, uid, container } = owner
  const inside = container === '' ? '' : `, container ${container}`
  return `process ${process}, pid ${pid}, user ${user}, uid ${uid}${inside}${carries}`
}
