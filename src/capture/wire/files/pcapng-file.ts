import { wireLimits } from '../../../model/wire-limits.ts'
import { hostTime } from '../../../model/quantity.ts'
import type { CapturedPacket, PacketSink } from '../captured-packet.ts'
import type { KindCounts } from '../kind-counts.ts'
import type { ByteWindow } from './byte-window.ts'
import type { FileDefect } from './file-defect.ts'
import { readInterface, readStatistics, timeMs, type PcapngInterface } from './pcapng-interface.ts'

const blockType = {
  section: 0x0a0d0d0a,
  interface: 1,
  obsoletePacket: 2,
  simplePacket: 3,
  statistics: 5,
  enhancedPacket: 6,
} as const
const byteOrderMagic = 0x1a2b3c4d
/** Type and length in front, the length again behind. */
const blockHead = 8
const blockTrailer = 4
const sectionHeader = { magic: 8, major: 12, bytes: 28 } as const
const majorVersion = 1

/** Offsets of packet blocks; `data` is where the packet's bytes begin. */
const enhanced = { interface: 8, high: 12, low: 16, captured: 20, wire: 24, data: 28 } as const
const obsolete = { ...enhanced, drops: 10 } as const
const simple = { wire: 8, data: 12 } as const
const dropsUnknown = 0xffff

/** Whether the window stands at a pcapng file; the type of its first block is the same in both byte orders. */
export function isPcapng(window: ByteWindow): boolean {
  return window.has(4) && window.u32(0) === blockType.section
}

/** Reads a pcapng file (draft-ietf-opsawg-pcapng), section after section. */
export class PcapngReader {
  readonly #window: ByteWindow
  readonly #defects: KindCounts<FileDefect>
  readonly #sink: PacketSink
  readonly #packet: CapturedPacket
  /** Of this section; undefined where its version is not known and all of it is passed over. */
  #interfaces: PcapngInterface[] | undefined = []
  #droppedBefore: number | undefined

  constructor(window: ByteWindow, defects: KindCounts<FileDefect>, sink: PacketSink) {
    this.#window = window
    this.#defects = defects
    this.#sink = sink
    this.#packet = {
      bytes: window.bytes,
      at: 0,
      end: 0,
      wireBytes: 0,
      time: hostTime(0),
      linkType: 0,
    }
  }

  /** Packets that the capturing system says it lost; undefined where it does not say. */
  get dropped(): number | undefined {
    return sumOfKnown([
      this.#droppedBefore,
      ...(this.#interfaces ?? []).map(({ dropped }) => dropped),
    ])
  }

  /** Hands out all packets, to the end or to where the next block cannot be found. */
  read(): void {
    const window = this.#window
    while (!window.isAtEnd()) {
      if (!window.has(blockHead + 4)) return this.#defects.add('cut-off')
      const type = window.u32(0)
      if (type === blockType.section && !this.#takeByteOrder())
        return this.#defects.add('section-header')
      const length = window.u32(4)
      // Nothing but lengths leads from block to block, so that after a false one the next cannot be found.
      if (length < blockHead + blockTrailer || length % 4 !== 0)
        return this.#defects.add('block-length')
      if (!this.#takeOrSkip(type, length)) return this.#defects.add('cut-off')
    }
  }

  /** False where the file ends in the block. */
  #takeOrSkip(type: number, length: number): boolean {
    const window = this.#window
    if (length > wireLimits.wireBlockBytesMax) {
      if (isPacket(type)) this.#defects.add('block-too-long')
      return window.skip(length)
    }
    if (!window.has(length)) return false
    if (window.u32(length - blockTrailer) !== length) this.#defects.add('block-trailer')
    this.#takeBlock(type, length - blockTrailer)
    window.at += length
    return true
  }

  #takeBlock(type: number, bodyEnd: number): void {
    if (type === blockType.section) return this.#beginSection(bodyEnd)
    if (!this.#interfaces) return
    switch (type) {
      case blockType.interface:
        return this.#addInterface(this.#interfaces, bodyEnd)
      case blockType.enhancedPacket:
        return this.#takePacket(enhanced, this.#interfaceAt(enhanced.interface, bodyEnd), bodyEnd)
      case blockType.obsoletePacket:
        return this.#takeObsolete(bodyEnd)
      case blockType.simplePacket:
        return this.#takeSimple(bodyEnd)
      case blockType.statistics: {
        const of = this.#interfaceAt(8, bodyEnd)
        if (of && !readStatistics(this.#window, bodyEnd, of)) this.#defects.add('block-content')
      }
    }
  }

  #takeByteOrder(): boolean {
    for (const littleEndian of [true, false]) {
      this.#window.littleEndian = littleEndian
      if (this.#window.u32(sectionHeader.magic) === byteOrderMagic) return true
    }
    return false
  }

  #beginSection(bodyEnd: number): void {
    this.#droppedBefore = this.dropped
    const isKnown =
      bodyEnd + blockTrailer >= sectionHeader.bytes &&
      this.#window.u16(sectionHeader.major) === majorVersion
    if (!isKnown) this.#defects.add('section-header')
    this.#interfaces = isKnown ? [] : undefined
  }

  #addInterface(interfaces: PcapngInterface[], bodyEnd: number): void {
    const described = readInterface(this.#window, bodyEnd)
    if (!described) this.#defects.add('block-content')
    if (described && interfaces.length < wireLimits.wireInterfacesMax) interfaces.push(described)
  }

  /** The interface that the block names at `offset`, where it is known; a defect where not. */
  #interfaceAt(offset: number, bodyEnd: number, wide = true): PcapngInterface | undefined {
    const fits = offset + 4 <= bodyEnd
    const id = fits ? (wide ? this.#window.u32(offset) : this.#window.u16(offset)) : -1
    const found = this.#interfaces?.[id]
    if (!found) this.#defects.add(fits ? 'no-interface' : 'packet-length')
    return found
  }

  #takeObsolete(bodyEnd: number): void {
    const of = this.#interfaceAt(obsolete.interface, bodyEnd, false)
    if (!of) return
    const drops = this.#window.u16(obsolete.drops)
    // Here the count is since the packet before.
    if (drops !== dropsUnknown) of.dropped = (of.dropped ?? 0) + drops
    this.#takePacket(obsolete, of, bodyEnd)
  }

  #takePacket(at: typeof enhanced, of: PcapngInterface | undefined, bodyEnd: number): void {
    if (!of) return
    const window = this.#window
    if (bodyEnd < at.data || window.u32(at.captured) > bodyEnd - at.data)
      return this.#defects.add('packet-length')
    const captured = window.u32(at.captured)
    const wire = window.u32(at.wire)
    if (wire < captured) this.#defects.add('wire-length')
    this.#packet.time = hostTime(timeMs(window.u32(at.high), window.u32(at.low), of))
    this.#handOut(at.data, captured, Math.max(wire, captured), of)
  }

  /** Of the section's first interface, without a time. */
  #takeSimple(bodyEnd: number): void {
    const of = this.#interfaces?.[0]
    if (!of) return this.#defects.add('no-interface')
    if (bodyEnd < simple.data) return this.#defects.add('packet-length')
    const wire = this.#window.u32(simple.wire)
    const captured = Math.min(wire, of.snapBytes || wire, bodyEnd - simple.data)
    this.#packet.time = hostTime(0)
    this.#handOut(simple.data, captured, wire, of)
  }

  #handOut(data: number, captured: number, wireBytes: number, of: PcapngInterface): void {
    const packet = this.#packet
    packet.bytes = this.#window.bytes
    packet.at = this.#window.at + data
    packet.end = packet.at + captured
    packet.wireBytes = wireBytes
    packet.linkType = of.linkType
    this.#sink(packet)
  }
}

const isPacket = (type: number): boolean =>
  type === blockType.enhancedPacket ||
  type === blockType.simplePacket ||
  type === blockType.obsoletePacket

function sumOfKnown(counts: readonly (number | undefined)[]): number | undefined {
  const known = counts.filter((count) => count !== undefined)
  return known.length === 0 ? undefined : known.reduce((sum, count) => sum + count, 0)
}
