import { readUpTo, writeAll } from './page-file.ts'

/**
 * A file that Emscripten's memory file system takes for the contents of one of its own, so that SQLite reads and writes
 * the disk page by page and memory stays flat: 10 M rows took 1,543 MB through `export()` and 175 MB so.
 *
 * MEMFS calls four members of the typed array that it believes to have: `slice` once, when the file is made; then
 * `subarray` to read and `set` to write. It grows contents that are shorter than what is written, which must not happen
 * here: after `slice` the length is beyond any file. Nothing may shrink the file (VACUUM, truncate), because MEMFS then
 * replaces the contents. That this still holds of the pinned sql.js is tried at each start: `selfTest`.
 */
export class PagedFile {
  readonly #descriptor: number
  /** MEMFS compares it with the heap's to see whether it must copy. */
  readonly buffer = new ArrayBuffer(0)
  length: number

  /** `bytes`: what the file has now. */
  constructor(descriptor: number, bytes: number) {
    this.#descriptor = descriptor
    this.length = bytes
  }

  slice(): this {
    this.length = Number.MAX_SAFE_INTEGER
    return this
  }

  subarray(from: number, to: number): Uint8Array {
    const bytes = new Uint8Array(to - from)
    // Where another process has cut the file, SQLite finds the zeros to be no page.
    readUpTo(this.#descriptor, bytes, from)
    return bytes
  }

  set(bytes: Uint8Array, position = 0): void {
    writeAll(this.#descriptor, bytes, position)
  }
}
