import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import type { FlowBatch } from '../model/flow-batch.ts'
import type { Gap } from '../model/gap.ts'
import { hostTime, type HostTime } from '../model/quantity.ts'
import { encodeIndex, encodeTrailer, type IndexEntry } from './block-index.ts'
import { encodeFileHeader, type FileHeader } from './file-header.ts'
import { segmentName, temporaryName } from './file-names.ts'
import { encodeGaps } from './gap-block.ts'
import type { LogDirectory } from './log-directory.ts'
import { LogError } from './log-error.ts'
import { encodeLogFrame, type LogFrameKind } from './log-frame.ts'
import type { LogTime } from './log-time.ts'

/** A segment in the making, under a name that nobody reads. Throws errno errors; then `abandon` it. */
export class SegmentWriter {
  readonly #directory: LogDirectory
  readonly #header: FileHeader
  readonly #fd: number
  readonly #index: IndexEntry[] = []
  #at = 0
  #rows = 0

  /** `header` is the journal's: the same number, host, boot and stream. */
  constructor(directory: LogDirectory, header: FileHeader) {
    this.#directory = directory
    this.#header = header
    this.#fd = openSync(this.#temporary, 'w+', 0o640)
    this.#write(encodeFileHeader({ ...header, kind: 'segment' }))
  }

  /** `payload`: what the batch was encoded to. */
  addRows(batch: FlowBatch, payload: Uint8Array, written: LogTime): void {
    this.#addFrame('flows', payload, { items: batch.rows, ...batch.span(), written })
    this.#rows += batch.rows
  }

  /** Also with none: then the frame says only when the log was last written. */
  addGaps(gaps: readonly Gap[], written: LogTime): void {
    this.#addFrame('gaps', encodeGaps(gaps), {
      items: gaps.length,
      ...span(
        gaps.length > 0
          ? gaps.map((gap) => ({ ...gap, begun: gap.from }))
          : [{ from: written.wall, to: written.wall, begun: written.wall }],
      ),
      written,
    })
  }

  /** Gets what is written so far to the disk. */
  sync(): void {
    fdatasyncSync(this.#fd)
  }

  /** Publishes the segment under its name, which it returns; from then on it stands for its journal. */
  publish(written: LogTime): string {
    const all = span(this.#index)
    const indexAt = this.#at
    const index = encodeIndex(this.#index)
    this.#write(this.#frame('index', index, { items: this.#index.length, ...all, written }))
    this.#write(encodeTrailer(indexAt))
    fsyncSync(this.#fd)
    closeSync(this.#fd)
    const name = segmentName(this.#header.number, all.from, all.to)
    renameSync(this.#temporary, this.#directory.file(name))
    this.#directory.sync()
    return name
  }

  abandon(): void {
    try {
      closeSync(this.#fd)
      unlinkSync(this.#temporary)
    } catch {
      // Closed or published already, or the disk refuses: the next start sweeps what is left.
    }
  }

  get #temporary(): string {
    return this.#directory.file(temporaryName(this.#header.number))
  }

  #addFrame(kind: 'flows' | 'gaps', payload: Uint8Array, contents: Contents): void {
    const { items, from, to, begun } = contents
    const at = this.#at
    this.#write(this.#frame(kind, payload, contents))
    this.#index.push({ at, kind, items, from, to, begun })
  }

  #frame(kind: LogFrameKind, payload: Uint8Array, contents: Contents): Uint8Array {
    return encodeLogFrame(
      { kind, sequence: this.#index.length, rowsBefore: this.#rows, ...contents },
      payload,
      this.#header.stream,
    )
  }

  /** Reads back what it wrote: the journal, the only other copy, is deleted for it. */
  #write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;)
      done += writeSync(this.#fd, bytes, done, bytes.length - done, this.#at + done)
    const back = Buffer.alloc(bytes.length)
    if (readSync(this.#fd, back, 0, back.length, this.#at) < back.length || !back.equals(bytes))
      throw new LogError(
        'unreadable',
        `${this.#directory.path} gives back other bytes than were written`,
        'see the kernel log (dmesg) for errors of its disk',
      )
    this.#at += bytes.length
  }
}

interface Span {
  readonly from: HostTime
  readonly to: HostTime
  readonly begun: HostTime
}
interface Contents extends Span {
  readonly items: number
  readonly written: LogTime
}

/** The least that holds all of them; there is at least one. */
function span(parts: readonly Span[]): Span {
  let from = Infinity
  let to = 0
  let begun = Infinity
  for (const part of parts) {
    from = Math.min(from, part.from)
    to = Math.max(to, part.to)
    begun = Math.min(begun, part.begun)
  }
  return { from: hostTime(from), to: hostTime(to), begun: hostTime(begun) }
}
