import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { errorCode } from './error-code.ts'

/** What the kernel reads at once, at the least. */
const pageBytes = 4_096

/** The bytes of a file as it was when it was opened. Throws errno errors, but none for a part that the disk refuses. */
export class FileBytes {
  readonly length: number
  readonly #fd: number
  #isRefused = false
  #glanced: Buffer = Buffer.alloc(0)

  constructor(path: string) {
    this.#fd = openSync(path, 'r')
    this.length = fstatSync(this.#fd).size
  }

  /** Whether the disk has refused any of what was read so far: then it may be there, and nobody knows. */
  get isRefused(): boolean {
    return this.#isRefused
  }

  /** Shorter at the end of the file. Pages that the disk refuses are zeros, of which no checksum is right. */
  read(at: number, length: number): Buffer {
    return this.#readAll(Buffer.allocUnsafe(this.#there(at, length)), at)
  }

  /** The same, only until the next glance, into memory that the file keeps. */
  glance(at: number, length: number): Buffer {
    const there = this.#there(at, length)
    if (this.#glanced.length < there) this.#glanced = Buffer.allocUnsafe(2 * there)
    return this.#readAll(this.#glanced.subarray(0, there), at)
  }

  close(): void {
    closeSync(this.#fd)
  }

  #there(at: number, length: number): number {
    return Math.max(0, Math.min(length, this.length - at))
  }

  #readAll(bytes: Buffer, at: number): Buffer {
    let done = 0
    while (done < bytes.length) {
      const read = this.#readInto(bytes, done, at + done)
      if (read === 0) return bytes.subarray(0, done)
      done += read
    }
    return bytes
  }

  #readInto(bytes: Buffer, done: number, at: number): number {
    try {
      return readSync(this.#fd, bytes, done, bytes.length - done, at)
    } catch (error) {
      if (errorCode(error) !== 'EIO') throw error
      this.#isRefused = true
      const refused = Math.min(bytes.length - done, pageBytes - (at % pageBytes))
      bytes.fill(0, done, done + refused)
      return refused
    }
  }
}
