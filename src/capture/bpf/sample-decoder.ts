import { addressBytes } from '../../model/address.ts'
import type { Direction } from '../../model/flow.ts'
import { kernelOwner, type Owner } from '../../model/owner.ts'
import { seconds } from '../../model/quantity.ts'
import { emptySample, type FlowSample } from '../../model/sample.ts'
import type { KernelClock } from '../kernel-clock.ts'
import type { Carriers } from './carriers.ts'
import type { ProcessIdentities } from './process-identities.ts'
import {
  datagramKey,
  datagramValue,
  identity,
  kernelThread,
  origin,
  socketKind,
  tcpRecord,
} from './records.ts'
import type { RecordMemory } from './ring-buffer.ts'

const high = 0x1_0000_0000
const familyIpv6 = 10
const protocolTcp = 6

/** Silence that ends a flow: a peer first seen so long after capture began has begun after it too. */
const flowSilenceNs = seconds(90) * 1e6

const unknownBecause = (why: string): Owner => ({ kind: 'unknown', why })
const orphan = unknownBecause('older than capture, and its process had let go of it')
const unheldSocket = unknownBecause('older than capture, and no process holds its socket open')
const unheldListener = unknownBecause('its listener is older than capture and held by no process')

/** Turns the bytes of records into samples, all in one and the same object. */
export class SampleDecoder {
  readonly #identities: ProcessIdentities
  readonly #clock: KernelClock
  readonly #carriers: Carriers
  readonly #beganNs: number
  readonly #sample = emptySample()

  constructor(identities: ProcessIdentities, clock: KernelClock, carriers: Carriers) {
    this.#identities = identities
    this.#clock = clock
    this.#carriers = carriers
    this.#beganNs = clock.nowNs()
  }

  /** A `tcpRecord`. One without origin is an orphan older than capture: it has no bytes of ours. */
  tcp(memory: RecordMemory, at: number, closed: boolean): FlowSample {
    const { words, bytes } = memory
    const sample = this.#sample
    const from = bytes[at + tcpRecord.origin]!
    const known = from === origin.none ? 0 : 1
    this.#ends(memory, at, tcpRecord)
    sample.protocol = protocolTcp
    mapAddresses(sample, words[(at + tcpRecord.family) >>> 2]! >>> 16 === familyIpv6)
    sample.netns = words[(at + tcpRecord.netns) >>> 2]!
    sample.direction = tcpDirection(from)
    sample.owner = this.#process(memory, at + tcpRecord.owner) ?? ownerWhy(from)
    sample.actor = this.#process(memory, at + tcpRecord.user)
    sample.last = this.#clock.hostTime(wide(words, at + tcpRecord.now))
    sample.first = known ? this.#clock.hostTime(wide(words, at + tcpRecord.since)) : sample.last
    sample.txBytes = known * wide(words, at + tcpRecord.tx)
    sample.rxBytes = known * wide(words, at + tcpRecord.rx)
    sample.txPackets = known * words[(at + tcpRecord.segmentsOut) >>> 2]!
    sample.rxPackets = known * words[(at + tcpRecord.segmentsIn) >>> 2]!
    sample.retransmits = known * words[(at + tcpRecord.retransmits) >>> 2]!
    sample.rttUs = words[(at + tcpRecord.smoothedRtt) >>> 2]! >>> 3
    sample.state = bytes[at + tcpRecord.state]!
    sample.closed = closed
    sample.partial = from === origin.seeded || from === origin.none
    sample.carrier =
      this.#carries(words, at + tcpRecord.owner) || this.#carries(words, at + tcpRecord.user)
    return sample
  }

  /** An entry of a datagram map: its key and its value. */
  datagram(
    keys: RecordMemory,
    key: number,
    values: RecordMemory,
    at: number,
    closed: boolean,
  ): FlowSample {
    const { words, bytes } = values
    const sample = this.#sample
    const firstNs = wide(words, at + datagramValue.first)
    const from = bytes[at + datagramValue.origin]!
    const kernel = bytes[at + datagramValue.kind] === socketKind.kernel
    this.#ends(keys, key, datagramKey)
    sample.protocol = keys.words[(key + datagramKey.protocol) >>> 2]!
    sample.netns = words[(at + datagramValue.netns) >>> 2]!
    sample.owner =
      this.#process(values, at + datagramValue.owner) ?? (kernel ? kernelOwner : unheldSocket)
    sample.actor = undefined
    sample.first = this.#clock.hostTime(firstNs)
    sample.last = this.#clock.hostTime(wide(words, at + datagramValue.last))
    sample.txBytes = wide(words, at + datagramValue.tx)
    sample.rxBytes = wide(words, at + datagramValue.rx)
    sample.txPackets = wide(words, at + datagramValue.txPackets)
    sample.rxPackets = wide(words, at + datagramValue.rxPackets)
    sample.retransmits = 0
    sample.rttUs = 0
    sample.state = 0
    sample.closed = closed
    sample.partial = !kernel && from !== origin.created && firstNs < this.#beganNs + flowSilenceNs
    // What the kernel sends of itself answers something; nobody opened it.
    const opener: Direction = bytes[at + datagramValue.outbound] === 1 ? 'outbound' : 'inbound'
    sample.direction = kernel || sample.partial ? 'unknown' : opener
    sample.carrier = this.#carries(words, at + datagramValue.owner)
    return sample
  }

  /** What all records have, each where it has it. */
  #ends(memory: RecordMemory, at: number, place: typeof tcpRecord | typeof datagramKey): void {
    const { words, bytes } = memory
    const sample = this.#sample
    sample.cookieLow = words[(at + place.cookie) >>> 2]!
    sample.cookieHigh = words[(at + place.cookie + 4) >>> 2]!
    sample.localPort = port(bytes, at + place.localPort)
    sample.remotePort = port(bytes, at + place.remotePort)
    for (let i = 0; i < addressBytes; i++) {
      sample.localAddress[i] = bytes[at + place.localAddress + i]!
      sample.remoteAddress[i] = bytes[at + place.remoteAddress + i]!
    }
  }

  #process(memory: RecordMemory, at: number): Owner | undefined {
    if (memory.words[at >>> 2] === 0) return undefined
    const flags = memory.words[(at + identity.flags) >>> 2]!
    return (flags & kernelThread) === 0 ? this.#identities.ownerAt(memory, at) : kernelOwner
  }

  #carries(words: Uint32Array, at: number): boolean {
    return this.#carriers.has(words[at >>> 2]!, wide(words, at + identity.start))
  }
}

function tcpDirection(from: number): Direction {
  switch (from) {
    case origin.connect:
      return 'outbound'
    case origin.accept:
      return 'inbound'
    default:
      return 'unknown'
  }
}

function ownerWhy(from: number): Owner {
  switch (from) {
    case origin.none:
      return orphan
    case origin.accept:
      return unheldListener
    default:
      return unheldSocket
  }
}

/** An IPv4 socket's address is in the first 4 bytes; IPv6 sockets have v4-mapped peers in that form already. */
function mapAddresses(sample: FlowSample, ipv6: boolean): void {
  if (ipv6) return
  for (const address of [sample.localAddress, sample.remoteAddress]) {
    address.copyWithin(12, 0, 4)
    address.fill(0, 0, 10)
    address.fill(0xff, 10, 12)
  }
}

const wide = (words: Uint32Array, at: number) => words[at >>> 2]! + words[(at >>> 2) + 1]! * high

const port = (bytes: Uint8Array, at: number) => (bytes[at]! << 8) | bytes[at + 1]!
