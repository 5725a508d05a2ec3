import { closeSync, openSync, readSync } from 'node:fs'

/** A line without its end, or one that was longer than allowed and left out. */
export type Line =
  | { readonly kind: 'line'; readonly number: number; readonly text: string }
  | { readonly kind: 'too-long'; readonly number: number }

const chunkBytes = 64 * 1024
const newline = 0x0a

/** Reads a file line by line, holding one line and one chunk at most. The last line needs no end. */
export class LineReader {
  readonly #fd: number
  readonly #lineBytesMax: number
  readonly #chunk = Buffer.alloc(chunkBytes)
  #filled = 0
  #at = 0
  #position = 0
  #number = 0

  /** Throws what `fs.openSync` throws. */
  constructor(path: string, lineBytesMax: number) {
    this.#fd = openSync(path, 'r')
    this.#lineBytesMax = lineBytesMax
  }

  /** Undefined at the end of the file. Throws what `fs.readSync` throws. */
  next(): Line | undefined {
    const pieces: Buffer[] = []
    let length = 0
    while (this.#at < this.#filled || this.#refill()) {
      const end = this.#chunk.subarray(0, this.#filled).indexOf(newline, this.#at)
      const piece = this.#chunk.subarray(this.#at, end < 0 ? this.#filled : end)
      this.#at = end < 0 ? this.#filled : end + 1
      length += piece.length
      if (length <= this.#lineBytesMax) pieces.push(Buffer.from(piece))
      if (end >= 0) return this.#line(pieces, length)
    }
    return length > 0 ? this.#line(pieces, length) : undefined
  }

  rewind(): void {
    this.#filled = this.#at = this.#position = this.#number = 0
  }

  close(): void {
    closeSync(this.#fd)
  }

  #line(pieces: readonly Buffer[], length: number): Line {
    const number = (this.#number += 1)
    if (length > this.#lineBytesMax) return { kind: 'too-long', number }
    return { kind: 'line', number, text: Buffer.concat(pieces).toString('utf8') }
  }

  #refill(): boolean {
    this.#filled = readSync(this.#fd, this.#chunk, 0, chunkBytes, this.#position)
    this.#position += this.#filled
    this.#at = 0
    return this.#filled > 0
  }
}
