/** Capture files built byte by byte, in either byte order. */

export interface Written {
  readonly bytes: Uint8Array
  /** Seconds since 1970, with a fraction. */
  readonly time?: number
  /** Only so many bytes are captured. */
  readonly snap?: number
  /** Number of the interface, pcapng only. */
  readonly interface?: number
}

export interface PcapForm {
  readonly linkType?: number
  readonly littleEndian?: boolean
  readonly nano?: boolean
}

/** Grows a buffer number by number. */
export class ByteWriter {
  readonly #parts: Uint8Array[] = []
  readonly #littleEndian: boolean

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian
  }

  u16(...values: readonly number[]): this {
    for (const value of values) this.#number(2, value)
    return this
  }

  u32(...values: readonly number[]): this {
    for (const value of values) this.#number(4, value)
    return this
  }

  raw(part: Uint8Array): this {
    this.#parts.push(part)
    return this
  }

  /** Up to a multiple of 4. */
  pad(): this {
    return this.raw(new Uint8Array((4 - (this.done().length % 4)) % 4))
  }

  done(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(Buffer.concat(this.#parts))
  }

  #number(size: 2 | 4, value: number): void {
    const view = new DataView(new ArrayBuffer(size))
    if (size === 2) view.setUint16(0, value, this.#littleEndian)
    else view.setUint32(0, value >>> 0, this.#littleEndian)
    this.raw(new Uint8Array(view.buffer))
  }
}

export function pcap(
  packets: readonly Written[],
  { linkType = 1, littleEndian = true, nano = false }: PcapForm = {},
): Uint8Array<ArrayBuffer> {
  const file = new ByteWriter(littleEndian)
    .u32(nano ? 0xa1b23c4d : 0xa1b2c3d4)
    .u16(2, 4)
    .u32(0, 0, 262_144, linkType)
  for (const { bytes, time = 1_700_000_000, snap = bytes.length } of packets) {
    const seconds = Math.floor(time)
    const fraction = Math.round((time - seconds) * (nano ? 1e9 : 1e6))
    const kept = bytes.subarray(0, snap)
    file.u32(seconds, fraction, kept.length, bytes.length).raw(kept)
  }
  return file.done()
}

/** A block of any type around a body. */
export function block(type: number, body: Uint8Array, littleEndian = true): Uint8Array {
  const padded = new ByteWriter(littleEndian).raw(body).pad().done()
  const length = padded.length + 12
  return new ByteWriter(littleEndian).u32(type, length).raw(padded).u32(length).done()
}

export interface Interface {
  readonly linkType: number
  readonly snap?: number
  /** The option's byte: a power of ten, or with 0x80 of two. */
  readonly resolution?: number
  readonly offsetSeconds?: number
}

export const sectionHeader = (littleEndian = true, major = 1) =>
  block(
    0x0a0d0d0a,
    new ByteWriter(littleEndian).u32(0x1a2b3c4d).u16(major, 0).u32(0xffffffff, 0xffffffff).done(),
    littleEndian,
  )

export function interfaceBlock(
  { linkType, snap = 0, resolution, offsetSeconds }: Interface,
  littleEndian = true,
): Uint8Array {
  const body = new ByteWriter(littleEndian).u16(linkType, 0).u32(snap)
  // A name first, so that a reader has something to skip.
  body
    .u16(2, 3)
    .raw(Uint8Array.of(108, 97, 98))
    .pad()
  if (resolution !== undefined) body.u16(9, 1).raw(Uint8Array.of(resolution)).pad()
  if (offsetSeconds !== undefined) {
    const halves = [offsetSeconds < 0 ? -1 : 0, offsetSeconds]
    body.u16(14, 8).u32(...(littleEndian ? halves.toReversed() : halves))
  }
  return block(1, body.u16(0, 0).done(), littleEndian)
}

export function enhancedPacket(
  { bytes, time = 1_700_000_000, snap = bytes.length, interface: id = 0 }: Written,
  unitsPerSecond = 1e6,
  littleEndian = true,
): Uint8Array {
  const units = BigInt(Math.round(time)) * BigInt(unitsPerSecond)
  const kept = bytes.subarray(0, snap)
  const body = new ByteWriter(littleEndian)
    .u32(id, Number(units >> 32n), Number(units & 0xffffffffn), kept.length, bytes.length)
    .raw(kept)
  return block(6, body.done(), littleEndian)
}

export const simplePacket = (bytes: Uint8Array, littleEndian = true) =>
  block(3, new ByteWriter(littleEndian).u32(bytes.length).raw(bytes).done(), littleEndian)

export function obsoletePacket(
  { bytes, interface: id = 0 }: Written,
  drops: number,
  littleEndian = true,
): Uint8Array {
  const body = new ByteWriter(littleEndian)
    .u16(id, drops)
    .u32(0, 0, bytes.length, bytes.length)
    .raw(bytes)
  return block(2, body.done(), littleEndian)
}

/** What an interface lost so far: by itself, and in the operating system. */
export function statisticsBlock(
  id: number,
  [byInterface, bySystem]: readonly [number, number],
  littleEndian = true,
): Uint8Array {
  const halves = (count: number) => (littleEndian ? [count, 0] : [0, count])
  const body = new ByteWriter(littleEndian).u32(id, 0, 0)
  body.u16(5, 8).u32(...halves(byInterface))
  body.u16(7, 8).u32(...halves(bySystem))
  return block(5, body.u16(0, 0).done(), littleEndian)
}

export const joined = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts))
