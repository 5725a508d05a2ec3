import { closeSync } from 'node:fs'
import type { CaptureStatus, Sight } from '../../model/capture-status.ts'
import { hostTime } from '../../model/quantity.ts'
import type { SampleSink } from '../../model/sample.ts'
import { CaptureError } from '../capture-error.ts'
import { KernelClock } from '../kernel-clock.ts'
import { errnoName, loadNative } from '../native.ts'
import type { Owners } from '../owners/owners.ts'
import type { CaptureSource } from '../source.ts'
import { createMaps, defaultMapSizes, type MapSizes } from './capture-maps.ts'
import { attachDatagrams, attachExec, attachTcp, attachUsers } from './capture-programs.ts'
import { Carriers } from './carriers.ts'
import { DatagramFlows } from './datagram-flows.ts'
import { EventReader } from './event-reader.ts'
import { IteratorReader } from './iterator-reader.ts'
import { kernelLayout } from './kernel-layout.ts'
import { LossCounts } from './loss-counts.ts'
import { ProcessIdentities } from './process-identities.ts'
import type { CaptureMaps } from './programs/emit.ts'
import { lossReasons, recordKind, tcpRecord } from './records.ts'
import { readBtf } from './read-btf.ts'
import { mapRing, type RingBuffer } from './ring-buffer.ts'
import { SampleDecoder } from './sample-decoder.ts'

export interface BpfOptions {
  readonly owners: Owners
  /** Also find out who uses a TCP socket where that is not its owner; costs two short programs a call. */
  readonly actor: boolean
  /** Smaller maps, to see them full. */
  readonly sizes?: Partial<MapSizes>
}

/**
 * Loads the programs, attaches them and gives owners to what is open already; flows are exact from then on.
 * Everything that needs privileges happens here: afterwards the process may drop all of them. Throws a
 * `CaptureError` where TCP cannot be captured; what else is missing is said by `status().blind`.
 */
export function openBpfSource(options: BpfOptions): CaptureSource {
  const opened = new OpenResources()
  try {
    return new BpfSource(options, opened)
  } catch (error) {
    opened.close()
    throw error
  }
}

/** What must be given back, in any state of opening. */
class OpenResources {
  readonly #undo: (() => void)[] = []

  readonly descriptor = (fd: number): void => {
    this.#undo.push(() => closeSync(fd))
  }

  undo(action: () => void): void {
    this.#undo.push(action)
  }

  close(): void {
    for (const action of this.#undo.splice(0).toReversed()) action()
  }
}

class BpfSource implements CaptureSource {
  readonly #opened: OpenResources
  readonly #clock = new KernelClock()
  readonly #since = hostTime(Date.now())
  readonly #carriers = new Carriers()
  readonly #reader = new IteratorReader()
  readonly #identities: ProcessIdentities
  readonly #decoder: SampleDecoder
  readonly #datagrams: DatagramFlows | undefined
  readonly #events: EventReader
  readonly #closed: RingBuffer
  readonly #losses: LossCounts
  readonly #pass: number
  /** The kernel's pages are gone: a look at them would crash the process. */
  #over = false
  readonly #sees: Sight[] = ['tcp', 'pid', 'short', 'netns']
  readonly #blind: string[] = [
    'What a TCP socket sends after its process let go of it appears when it has closed.',
    'Packets of no IP socket are not seen: forwarded ones, those of AF_PACKET (dhclient, nmap), what the kernel refuses or answers by itself.',
    "The outer packets of the kernel's own tunnels (WireGuard, VXLAN) are not seen, the inner ones are.",
  ]

  constructor({ owners, actor, sizes }: BpfOptions, opened: OpenResources) {
    this.#opened = opened
    const fullSizes = { ...defaultMapSizes, ...sizes }
    const layout = kernelLayout(readBtf())
    const maps = createMaps(fullSizes, opened.descriptor)
    const context = { layout, maps }
    this.#losses = new LossCounts(mapCounters(maps, opened))
    this.#closed = openRing(maps.closed, fullSizes.closedRingBytes, opened)
    this.#pass = attachTcp(context, opened.descriptor)
    // Gives owners to what is open already: before packets are counted, so that the first ones have theirs too.
    if (!this.#reader.pass(this.#pass, tcpRecord.bytes, () => {})) this.#lost('socket-pass')
    const datagrams = this.#tryTo(['udp', 'raw', 'peers'], 'UDP, ICMP and raw sockets', () =>
      attachDatagrams(context, opened.descriptor),
    )
    if (actor)
      this.#tryTo(['actor'], 'who uses a socket that another process opened', () =>
        attachUsers(context, opened.descriptor),
      )
    else
      this.#blind.push(
        'Who uses a TCP socket that another process opened (a prefork worker) is not asked for; --actor does.',
      )
    if (datagrams)
      this.#blind.push('Who uses a UDP or raw socket that another process opened is not known.')
    this.#tryTo([], 'program files of processes that end at once', () =>
      attachExec(context, opened.descriptor),
    )
    owners.seedFromProc()
    this.#identities = new ProcessIdentities(owners)
    this.#decoder = new SampleDecoder(this.#identities, this.#clock, this.#carriers)
    this.#datagrams = datagrams ? new DatagramFlows(maps, this.#decoder) : undefined
    const events = openRing(maps.events, fullSizes.eventRingBytes, opened)
    this.#events = new EventReader(events, owners, this.#datagrams)
  }

  drain(sink: SampleSink): void {
    if (this.#over) return
    this.#events.drain()
    this.#closed.drain((memory, at) => sink(this.#decoder.tcp(memory, at, true)))
  }

  poll(sink: SampleSink): void {
    if (this.#over) return
    this.#clock.refresh()
    this.#identities.beginPoll()
    const nowNs = this.#clock.nowNs()
    // Before the pass: a flow whose end was drained has left its socket and cannot be passed over again.
    this.drain(sink)
    this.#passOver(sink)
    if (this.#datagrams?.poll(nowNs, sink) === false) this.#lost('datagram-walk')
    this.#losses.refresh(this.#clock.hostTime(nowNs))
  }

  status(): CaptureStatus {
    if (!this.#over) this.#losses.refresh(hostTime(Date.now()))
    return {
      source: this.#datagrams ? 'bpf' : 'bpf-tcp',
      since: this.#since,
      sees: this.#sees,
      blind: this.#blind,
      lost: this.#losses.list(),
    }
  }

  /** Afterwards there is nothing to drain or poll, and the status stays as it was. */
  close(): void {
    if (this.#over) return
    this.#losses.refresh(hostTime(Date.now()))
    this.#over = true
    this.#opened.close()
  }

  #passOver(sink: SampleSink): void {
    this.#carriers.beginPass()
    const whole = this.#reader.pass(this.#pass, tcpRecord.bytes, (memory, at) => {
      if (memory.words[(at + tcpRecord.kind) >>> 2] === recordKind.socket)
        sink(this.#decoder.tcp(memory, at, false))
      else this.#carriers.found(memory.words, at + tcpRecord.owner)
    })
    if (whole) this.#carriers.endPass()
    else this.#lost('socket-pass')
  }

  #lost(reason: string): void {
    this.#losses.add(reason, hostTime(Date.now()))
  }

  /** Attaches something that capture can do without, and says so where it has to. */
  #tryTo(sights: readonly Sight[], what: string, attach: () => void): boolean {
    try {
      attach()
      this.#sees.push(...sights)
      return true
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error
      this.#blind.push(`Not seen: ${what}, because ${error.message}; ${error.next}.`)
      return false
    }
  }
}

function openRing(fd: number, bytes: number, opened: OpenResources): RingBuffer {
  const ring = mapRing(fd, bytes)
  opened.undo(() => ring.close())
  return ring
}

/** The programs' loss counters, as memory: looking at them costs no system call. */
function mapCounters(maps: CaptureMaps, opened: OpenResources): BigUint64Array {
  const native = loadNative()
  const mapping = native.map(maps.losses, 0, native.pageBytes(), 'read')
  if (typeof mapping === 'number') {
    const name = errnoName(-mapping)
    throw new CaptureError(name, `the loss counters cannot be mapped: ${name}`, 'free some memory')
  }
  opened.undo(() => mapping.release())
  const { buffer, byteOffset } = mapping.bytes
  return new BigUint64Array(buffer, byteOffset, lossReasons.length)
}
