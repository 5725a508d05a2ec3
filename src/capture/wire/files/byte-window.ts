import { readSync } from 'node:fs'

const startBytes = 1024 * 1024

/**
 * A window that moves over a file or pipe, front to back: one buffer, whatever the length of the file. Numbers are
 * read in the byte order that the file's own header has set.
 */
export class ByteWindow {
  bytes: Buffer = Buffer.alloc(startBytes)
  /** Where the next unread byte lies in `bytes`. */
  at = 0
  littleEndian = true
  readonly #fd: number
  #view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length)
  #filled = 0
  #ended = false

  constructor(fd: number) {
    this.#fd = fd
  }

  /** Brings the next `count` bytes into the window; false where the file has fewer. Throws what `readSync` throws. */
  has(count: number): boolean {
    while (this.#filled - this.at < count) {
      if (this.#ended) return false
      this.#makeRoom(count)
      this.#fill()
    }
    return true
  }

  /** The next bytes, at most `count`, without passing over them. */
  peek(count: number): Uint8Array {
    this.has(count)
    return this.bytes.subarray(this.at, Math.min(this.at + count, this.#filled))
  }

  /** Whether the file ends here, at the end of something whole. */
  isAtEnd(): boolean {
    return !this.has(1)
  }

  /** Passes over bytes without keeping them; false where the file has fewer. */
  skip(count: number): boolean {
    let left = count
    while (left > 0) {
      if (!this.has(1)) return false
      const step = Math.min(left, this.#filled - this.at)
      this.at += step
      left -= step
    }
    return true
  }

  /** Numbers `offset` bytes ahead, of bytes that `has` has brought in. */
  u16(offset: number): number {
    return this.#view.getUint16(this.at + offset, this.littleEndian)
  }

  u32(offset: number): number {
    return this.#view.getUint32(this.at + offset, this.littleEndian)
  }

  #makeRoom(count: number): void {
    if (this.at > 0) {
      this.bytes.copy(this.bytes, 0, this.at, this.#filled)
      this.#filled -= this.at
      this.at = 0
    }
    if (count <= this.bytes.length) return
    const larger = Buffer.alloc(count)
    this.bytes.copy(larger, 0, 0, this.#filled)
    this.bytes = larger
    this.#view = new DataView(larger.buffer, larger.byteOffset, larger.length)
  }

  #fill(): void {
    const room = this.bytes.length - this.#filled
    const got = readSync(this.#fd, this.bytes, this.#filled, room, null)
    this.#filled += got
    this.#ended = got === 0
  }
}
