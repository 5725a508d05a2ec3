import { setImmediate, setTimeout } from 'node:timers/promises'
import { wireLimits } from '../../../model/wire-limits.ts'
import { hostTime } from '../../../model/quantity.ts'
import type { PacketLoss } from '../../../model/wire-traffic.ts'
import { CaptureError } from '../../capture-error.ts'
import { interfaceNames } from '../../interfaces/interface-counters.ts'
import type { CapturedPacket, PacketSink } from '../captured-packet.ts'
import { linkType, linkTypeOf } from './link-type.ts'
import { quietly } from './quietly.ts'
import { loadCap, type CapHandle } from './load-cap.ts'
import { socketMadeBy, type PacketSocket } from './packet-socket.ts'
import { wireLength } from './wire-length.ts'

export interface LiveCaptureRequest {
  readonly interface: string
  /** Bytes copied of each packet. */
  readonly snapBytes: number
  /** The kernel's ring. libpcap takes 64 kB of it for a packet, whatever is copied. */
  readonly ringBytes: number
  readonly sink: PacketSink
}

/** Code of the `CaptureError` for an interface that is there, and has no packets. */
export const interfaceDown = 'interface-down'

const loopback = 'lo'
/** Ethernet header that the kernel makes up for loopback, in neither its counters nor anybody's cable. */
const madeUpHeaderBytes = 14
/** Kept from being collected: cap 0.2.1 crashes when it frees a handle whose opening failed. */
const neverOpened: CapHandle[] = []
/** A look at the clock each so many packets: under a flood no timer of this process ever fires. */
const packetsPerLook = 64

/**
 * Opens an interface of our own network namespace; takes packets between `begin` and `end`. Throws `CaptureError`
 * `no-cap`, `no-interface`, `interface-down`, `interface` or `link-type`.
 */
export async function openLiveCapture(request: LiveCaptureRequest): Promise<LiveCapture> {
  const names = interfaceNames()
  if (!names.includes(request.interface))
    throw new CaptureError(
      'no-interface',
      `there is no interface '${request.interface}' here`,
      `name one of ${names.join(', ')}`,
    )
  const capture = new LiveCapture(request)
  await capture.discard()
  return capture
}

export class LiveCapture {
  readonly interface: string
  readonly #snapBytes: number
  readonly #sink: PacketSink
  readonly #handle: CapHandle
  readonly #socket: PacketSocket | undefined
  readonly #buffer: Buffer
  readonly #packet: CapturedPacket
  readonly #kind: number
  #taking = false
  #until = Infinity
  #taken = 0
  #kept = 0
  #dropped = 0
  #unmeasured = 0

  /** See `openLiveCapture`. */
  constructor({ interface: name, snapBytes, ringBytes, sink }: LiveCaptureRequest) {
    const { Cap } = loadCap()
    this.interface = name
    this.#snapBytes = snapBytes
    this.#sink = sink
    this.#buffer = Buffer.alloc(snapBytes)
    this.#handle = new Cap()
    let kindName = ''
    this.#socket = socketMadeBy(() => (kindName = this.#open(ringBytes)))
    const kind = linkTypeOf(kindName)
    if (kind === undefined) {
      this.#handle.close()
      throw new CaptureError(
        'link-type',
        `packets of ${name} begin with a header that is not read (${kindName})`,
        'name another interface',
      )
    }
    this.#kind = kind
    this.#packet = {
      bytes: this.#buffer,
      at: name === loopback ? madeUpHeaderBytes : 0,
      end: 0,
      wireBytes: 0,
      time: hostTime(0),
      linkType: name === loopback ? linkType.raw : kind,
    }
    this.shut()
    this.#handle.on('packet', (captured) => this.#take(captured))
  }

  /** Reads away what came before anybody asked. */
  async discard(): Promise<void> {
    await setImmediate()
    await setImmediate()
    this.#socket?.passed()
  }

  /** From here on packets count, at the longest until `until`, a time of `performance.now()`. */
  begin(until: number): void {
    this.#until = until
    this.#taking = true
    this.#socket?.pass(this.#snapBytes, this.interface === loopback)
  }

  /** Lets no further packets into the ring; those that are in it still count. */
  shut(): void {
    this.#until = Infinity
    // Without the socket packets go on to come, and count as long as anybody waits for the last ones.
    this.#socket?.pass(0, false)
  }

  /** Takes no further packets, and waits for those that the kernel has taken. */
  async end(): Promise<void> {
    this.shut()
    const patience = performance.now() + wireLimits.liveDrainMs
    for (;;) {
      const before = this.#taken
      await setImmediate()
      await setTimeout(1)
      this.#noteLosses()
      const isWhole = this.#socket === undefined || this.#taken >= this.#kept
      if (this.#taken === before && (isWhole || performance.now() > patience)) break
    }
    this.#taking = false
  }

  /** LINKTYPE_ number of its packets. */
  get linkType(): number {
    return this.#packet.linkType
  }

  /** Packets that were handed out. */
  get taken(): number {
    return this.#taken
  }

  loss(): PacketLoss {
    this.#noteLosses()
    return { dropped: this.#socket && this.#dropped, unmeasured: this.#unmeasured }
  }

  close(): void {
    this.#handle.close()
  }

  #open(ringBytes: number): string {
    try {
      return quietly(() => this.#handle.open(this.interface, '', ringBytes, this.#buffer))
    } catch (cause) {
      neverOpened.push(this.#handle)
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new CaptureError(
        /not up/.test(why) ? interfaceDown : 'interface',
        `packets of ${this.interface} cannot be captured: ${why}`,
        /permission|permitted/.test(why)
          ? 'run it as root, or give node the capability CAP_NET_RAW'
          : 'see whether the interface is up: ip link show',
        cause,
      )
    }
  }

  #take(captured: number): void {
    if (!this.#taking) return
    this.#taken += 1
    const packet = this.#packet
    packet.end = captured
    packet.wireBytes = this.#wireBytes(captured) - packet.at
    packet.time = hostTime(Date.now())
    this.#sink(packet)
    if (this.#taken % packetsPerLook === 0 && performance.now() >= this.#until) this.shut()
  }

  #wireBytes(captured: number): number {
    if (captured < this.#snapBytes) return captured
    const length = wireLength(this.#buffer, this.#kind)
    if (length === undefined) this.#unmeasured += 1
    return Math.max(length ?? 0, captured)
  }

  #noteLosses(): void {
    const passed = this.#socket?.passed()
    this.#kept += passed?.kept ?? 0
    this.#dropped += passed?.dropped ?? 0
  }
}
