import { ExportError } from '../export-error.ts'
import { readUpTo } from './page-file.ts'

/** Pages of a database file, numbered from 1, read when they are asked for. */
export class PageReader {
  readonly #descriptor: number
  readonly pageBytes: number
  readonly pages: number

  /** The descriptor stays the caller's. */
  constructor(descriptor: number, pageBytes: number, pages: number) {
    this.#descriptor = descriptor
    this.pageBytes = pageBytes
    this.pages = pages
  }

  /** One page, in memory of its own. @throws ExportError where the file has it not */
  read(number: number): Uint8Array {
    const bytes = new Uint8Array(this.pageBytes)
    this.readInto(bytes, [number])
    return bytes
  }

  /** Pages one behind the other. @throws ExportError where the file has them not */
  readInto(bytes: Uint8Array, numbers: readonly number[]): void {
    for (let i = 0; i < numbers.length;) {
      const first = numbers[i]!
      let count = 1
      while (numbers[i + count] === first + count) count += 1
      if (!(first >= 1 && first + count - 1 <= this.pages)) throw noTree(`page ${first} is none`)
      const part = bytes.subarray(i * this.pageBytes, (i + count) * this.pageBytes)
      const read = readUpTo(this.#descriptor, part, (first - 1) * this.pageBytes)
      if (read.length < part.length) throw noTree(`page ${first} is cut off`)
      i += count
    }
  }
}

/** Of pages that SQLite would not have written so. */
export const noTree = (why: string): ExportError =>
  new ExportError('altered', `the SQLite file was altered or damaged: ${why}`, {
    next: 'See `e2etop verify`, or copy the file again from where it was written.',
  })
