import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { errorCode } from './error-code.ts'

/** What the kernel reads at once, at the least. */
const pageBytes = 4_096

/** The bytes of a file as it was when it was opened. Throws errno errors, but none for a part that the disk refuses. */
export class FileBytes {
  readonly length: number
  readonly #fd: number
  #isRefused = false

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
    const bytes = Buffer.alloc(Math.max(0, Math.min(length, this.length - at)))
    let done = 0
    while (done < bytes.length) {
      const read = this.#readInto(bytes, done, at + done)
      if (read === 0) return bytes.subarray(0, done)
      done += read
    }
    return bytes
  }

  close(): void {
    closeSync(this.#fd)
  }

  #readInto(bytes: Buffer, done: number, at: number): number {
    try {
      return readSync(this.#fd, bytes, done, bytes.length - done, at)
    } catch (error) {
      if (errorCode(error) !== 'EIO') throw error
      this.#isRefused = true
      return Math.min(bytes.length - done, pageBytes - (at % pageBytes))
    }
  }
}
