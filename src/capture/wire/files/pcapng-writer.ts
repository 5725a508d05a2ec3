import { closeSync, openSync, writeSync } from 'node:fs'
import { CaptureError } from '../../capture-error.ts'
import type { CapturedPacket } from '../captured-packet.ts'

/** An interface of the file, named by its place in the list. */
export interface WrittenInterface {
  readonly name: string
  readonly linkType: number
  readonly snapBytes: number
}

const blockType = { section: 0x0a0d0d0a, interface: 1, statistics: 5, enhancedPacket: 6 } as const
const option = { comment: 1, interfaceName: 2, application: 4, received: 4, dropped: 5 } as const
const byteOrderMagic = 0x1a2b3c4d
const unknownLength = 0xffff_ffff
const usPerMs = 1000
const wordMax = 0x1_0000_0000
/** What somebody's packets say is nobody else's business. */
const privateMode = 0o600
/** Bytes that are written at once. */
const chunkBytes = 256 * 1024

/**
 * Writes packets, each with a comment, to a pcapng file (draft-ietf-opsawg-pcapng) that Wireshark reads. Throws
 * `CaptureError` `capture-file` where the file cannot be written: what is in it by then can be read.
 */
export class PcapngWriter {
  readonly #path: string
  readonly #fd: number
  #chunk: Buffer[] = []
  #bytes = 0

  constructor(path: string, interfaces: readonly WrittenInterface[], application: string) {
    this.#path = path
    this.#fd = this.#try(() => openSync(path, 'w', privateMode))
    const section = Buffer.alloc(16)
    section.writeUInt32LE(byteOrderMagic, 0)
    section.writeUInt16LE(1, 4)
    section.writeUInt32LE(unknownLength, 8)
    section.writeUInt32LE(unknownLength, 12)
    this.#block(blockType.section, section, textOption(option.application, application))
    for (const { name, linkType, snapBytes } of interfaces) {
      const head = Buffer.alloc(8)
      head.writeUInt16LE(linkType, 0)
      head.writeUInt32LE(snapBytes, 4)
      this.#block(blockType.interface, head, textOption(option.interfaceName, name))
    }
    this.#flush()
  }

  write(packet: CapturedPacket, interfaceIndex: number, comment: string): void {
    const captured = packet.end - packet.at
    const time = packet.time * usPerMs
    const head = Buffer.alloc(20)
    head.writeUInt32LE(interfaceIndex, 0)
    head.writeUInt32LE(Math.floor(time / wordMax), 4)
    head.writeUInt32LE(Math.floor(time) % wordMax, 8)
    head.writeUInt32LE(captured, 12)
    head.writeUInt32LE(packet.wireBytes, 16)
    const data = padded(packet.bytes.subarray(packet.at, packet.end))
    this.#block(
      blockType.enhancedPacket,
      Buffer.concat([head, data]),
      textOption(option.comment, comment),
    )
    if (this.#bytes >= chunkBytes) this.#flush()
  }

  /** What an interface had in all, and what was lost of it; undefined where nobody knows. */
  writeStatistics(interfaceIndex: number, received: number, dropped: number | undefined): void {
    const head = Buffer.alloc(12)
    head.writeUInt32LE(interfaceIndex, 0)
    const time = Date.now() * usPerMs
    head.writeUInt32LE(Math.floor(time / wordMax), 4)
    head.writeUInt32LE(time % wordMax, 8)
    const counts = [countOption(option.received, received)]
    if (dropped !== undefined) counts.push(countOption(option.dropped, dropped))
    this.#block(blockType.statistics, head, Buffer.concat(counts))
  }

  close(): void {
    try {
      this.#flush()
    } finally {
      closeSync(this.#fd)
    }
  }

  #block(type: number, head: Buffer, options: Buffer): void {
    const end = Buffer.alloc(4)
    const length = 12 + head.length + options.length + end.length
    const front = Buffer.alloc(8)
    front.writeUInt32LE(type, 0)
    front.writeUInt32LE(length, 4)
    const trailer = Buffer.alloc(4)
    trailer.writeUInt32LE(length, 0)
    this.#chunk.push(front, head, options, end, trailer)
    this.#bytes += length
  }

  #flush(): void {
    const bytes = Buffer.concat(this.#chunk)
    this.#chunk = []
    this.#bytes = 0
    this.#try(() => {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#fd, bytes, at)
    })
  }

  #try<Result>(act: () => Result): Result {
    try {
      return act()
    } catch (cause) {
      throw new CaptureError(
        'capture-file',
        `${this.#path} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
        'see that the disk has room and that you may write there; packets written before can be read',
        cause,
      )
    }
  }
}

/** Blocks, and the values of options, fill multiples of four bytes. */
function padded(bytes: Uint8Array): Buffer {
  const whole = Buffer.alloc((bytes.length + 3) & ~3)
  whole.set(bytes)
  return whole
}

function textOption(code: number, text: string): Buffer {
  const value = Buffer.from(text)
  return Buffer.concat([optionHead(code, value.length), padded(value)])
}

function countOption(code: number, count: number): Buffer {
  const value = Buffer.alloc(8)
  value.writeBigUInt64LE(BigInt(count))
  return Buffer.concat([optionHead(code, value.length), value])
}

function optionHead(code: number, length: number): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16LE(code, 0)
  head.writeUInt16LE(length, 2)
  return head
}
