import { readSync, writeSync } from 'node:fs'

/** Larger pages are written faster (16 kB: x1.14 of 4 kB, 64 kB: x1.26), but a table or index has at least one. */
export const pageBytes = 16_384
const pagesBuffered = 64
/** SQLite locks bytes of this page, 1 GB into the file, and never uses it (sqlite.org/fileformat2.html 1.5). */
export const lockPage = 2 ** 30 / pageBytes + 1
/** Of the number of pages in the file's header (sqlite.org/fileformat2.html 1.3). */
const pageCountAt = 28

/** Pages of a database, numbered from 1, added to those that its file has. */
export class PageFile {
  readonly #descriptor: number
  readonly #buffer = new Uint8Array(pagesBuffered * pageBytes)
  #buffered = 0
  #pages: number

  constructor(descriptor: number, pages: number) {
    this.#descriptor = descriptor
    this.#pages = pages
  }

  /** Gives the page's number. */
  append(page: Uint8Array): number {
    if (this.#pages + 1 === lockPage) this.#add(new Uint8Array(pageBytes))
    this.#add(page)
    return this.#pages
  }

  #add(page: Uint8Array): void {
    this.#buffer.set(page, this.#buffered * pageBytes)
    this.#buffered += 1
    this.#pages += 1
    if (this.#buffered === pagesBuffered) this.#flush()
  }

  /** Replaces a page that the file had. */
  replace(number: number, page: Uint8Array): void {
    writeAll(this.#descriptor, page, (number - 1) * pageBytes)
  }

  /** Has all pages in the file, and their number in its header. */
  finish(): void {
    this.#flush()
    const header = Buffer.alloc(4)
    header.writeUInt32BE(this.#pages)
    writeAll(this.#descriptor, header, pageCountAt)
  }

  #flush(): void {
    const bytes = this.#buffer.subarray(0, this.#buffered * pageBytes)
    writeAll(this.#descriptor, bytes, (this.#pages - this.#buffered) * pageBytes)
    this.#buffered = 0
  }
}

/** However many calls it takes; throws as the system says it. */
export function writeAll(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length;)
    at += writeSync(descriptor, bytes, at, bytes.length - at, position + at)
}

/** Fewer bytes than asked for where the file ends. */
export function readUpTo(descriptor: number, bytes: Uint8Array, position: number): Uint8Array {
  let at = 0
  while (at < bytes.length) {
    const read = readSync(descriptor, bytes, at, bytes.length - at, position + at)
    if (read === 0) break
    at += read
  }
  return bytes.subarray(0, at)
}
