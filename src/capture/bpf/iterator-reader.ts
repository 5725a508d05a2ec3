import { closeSync, readSync } from 'node:fs'
import { startIterator } from './bpf-syscall.ts'
import { recordMemory, type RecordMemory, type TakeRecord } from './ring-buffer.ts'

/** The kernel hands out 8 pages at most in one read (bpf_seq_read), so a larger buffer gains nothing. */
const readBytes = 64 * 1024

/** Reads what iterators write: whole records of one length, through one buffer that is used again. */
export class IteratorReader {
  readonly #memory: RecordMemory = recordMemory(new Uint8Array(readBytes))

  /** Runs one pass and hands over each record; false, with nothing handed over, if the kernel refused to start. */
  pass(link: number, recordBytes: number, take: TakeRecord): boolean {
    const fd = startIterator(link)
    if (fd < 0) return false
    try {
      this.#readAll(fd, recordBytes, take)
    } finally {
      closeSync(fd)
    }
    return true
  }

  #readAll(fd: number, recordBytes: number, take: TakeRecord): void {
    const { bytes } = this.#memory
    let kept = 0
    for (;;) {
      const read = readSync(fd, bytes, kept, bytes.length - kept, null)
      if (read === 0) return
      const end = kept + read
      let at = 0
      for (; at + recordBytes <= end; at += recordBytes) take(this.#memory, at)
      // A read may end within a record; the rest of it comes first in the next.
      bytes.copyWithin(0, at, end)
      kept = end - at
    }
  }
}
