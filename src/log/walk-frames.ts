import { crc32 } from 'node:zlib'
import type { HostTime } from '../model/quantity.ts'
import type { FileBytes } from './file-bytes.ts'
import { fileHeaderBytes, type FileHeader } from './file-header.ts'
import {
  decodeLogFrame,
  frameBytes,
  frameHeaderBytes,
  frameMagic,
  type LogFrame,
} from './log-frame.ts'
import type { OpenLogFile } from './open-file.ts'

const windowBytes = 256 * 1024

/** What lies in a file of the log, in order. */
export type Piece =
  | { readonly kind: 'frame'; readonly frame: LogFrame; readonly at: number }
  /** Bytes that are no frame, with others behind them, or frames that are not there (then `bytes` is 0). */
  | {
      readonly kind: 'damage'
      readonly at: number
      readonly bytes: number
      /** Rows that are missing here. */
      readonly rows: number
      /** Undefined where no frame before it tells the time. */
      readonly between: readonly [HostTime, HostTime] | undefined
    }
  /** The end of an append that did not finish; `rows` of it where its header is whole. */
  | { readonly kind: 'torn'; readonly at: number; readonly rows: number }

/** Where its numbering begins, and the sequence from which a later file of the stream has the frames again. */
export interface Numbering {
  readonly sequence: number
  readonly rowsBefore: number
  readonly supersededFrom: number
}

/** A segment numbers its own frames. */
export const numberingOf = (header: FileHeader, next: FileHeader | undefined): Numbering =>
  header.kind === 'segment'
    ? { sequence: 0, rowsBefore: 0, supersededFrom: Infinity }
    : {
        sequence: header.firstSequence,
        rowsBefore: header.rowsBefore,
        supersededFrom: next?.firstSequence ?? Infinity,
      }

/**
 * Headers only: a payload is read and checked by `readPayload`. After bytes that are no frame it goes on at the
 * next header that checks.
 */
export function* walkFrames(file: OpenLogFile, numbering: Numbering): Generator<Piece> {
  const { bytes } = file
  const { stream } = file.header
  const window = new FileWindow(bytes)
  let { sequence, rowsBefore } = numbering
  let last: HostTime | undefined
  let damagedAt: number | undefined
  let at = fileHeaderBytes
  while (at < bytes.length) {
    const frame = decodeLogFrame(window.read(at, frameHeaderBytes), stream)
    if (frame && at + frameBytes(frame.payloadBytes) > bytes.length) {
      yield { kind: 'torn', at, rows: frame.kind === 'flows' ? frame.items : 0 }
      return
    }
    if (!frame) {
      damagedAt ??= at
      at = window.next(at + 1)
      continue
    }
    if (frame.sequence >= numbering.supersededFrom) return
    if (damagedAt !== undefined || frame.sequence > sequence) {
      const from = damagedAt ?? at
      yield {
        kind: 'damage',
        at: from,
        bytes: at - from,
        rows: Math.max(0, frame.rowsBefore - rowsBefore),
        between: [last ?? frame.written.wall, frame.written.wall],
      }
    }
    damagedAt = undefined
    if (frame.sequence >= sequence) {
      yield { kind: 'frame', frame, at }
      sequence = frame.sequence + 1
      rowsBefore = frame.rowsBefore + (frame.kind === 'flows' ? frame.items : 0)
      last = frame.written.wall
    }
    at += frameBytes(frame.payloadBytes)
  }
  if (damagedAt === undefined) return
  // An append that was acknowledged may lie where the disk refuses to be read.
  if (!bytes.isRefused) yield { kind: 'torn', at: damagedAt, rows: 0 }
  else
    yield {
      kind: 'damage',
      at: damagedAt,
      bytes: bytes.length - damagedAt,
      rows: 0,
      between: last === undefined ? undefined : [last, last],
    }
}

/** Undefined where it does not check. */
export function readPayload(
  { bytes }: OpenLogFile,
  frame: LogFrame,
  at: number,
): Buffer | undefined {
  const payload = bytes.read(at + frameHeaderBytes, frame.payloadBytes)
  return payload.length === frame.payloadBytes && crc32(payload) === frame.payloadCrc
    ? payload
    : undefined
}

/** Reads a file in large pieces, for small ones that follow each other. */
class FileWindow {
  readonly #file: FileBytes
  #bytes: Buffer = Buffer.alloc(0)
  #at = 0

  constructor(file: FileBytes) {
    this.#file = file
  }

  /** Shorter at the end of the file. */
  read(at: number, length: number): Buffer {
    const end = Math.min(at + length, this.#file.length)
    if (at < this.#at || end > this.#at + this.#bytes.length) {
      this.#at = at
      this.#bytes = this.#file.read(at, windowBytes)
    }
    return this.#bytes.subarray(at - this.#at, end - this.#at)
  }

  /** Where the magic of a frame next stands, from `at` on; else the end of the file. */
  next(at: number): number {
    while (at < this.#file.length) {
      const piece = this.read(at, windowBytes)
      const found = piece.indexOf(magicBytes)
      if (found !== -1) return at + found
      // The magic may lie across the end of the piece.
      at += Math.max(1, piece.length - (magicBytes.length - 1))
    }
    return this.#file.length
  }
}

const magicBytes = Buffer.alloc(4)
magicBytes.writeUInt32LE(frameMagic)
