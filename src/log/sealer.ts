import { closeSync } from 'node:fs'
import { decodeFlows } from '../model/flow-block.ts'
import type { FlowRecord } from '../model/flow.ts'
import { gapReason, type Gap } from '../model/gap.ts'
import { limits } from '../model/limits.ts'
import { hostTime, millis } from '../model/quantity.ts'
import { decodeGaps } from './gap-block.ts'
import type { LogDirectory } from './log-directory.ts'
import type { LogFrame } from './log-frame.ts'
import type { LogTime } from './log-time.ts'
import type { OpenLogFile } from './open-file.ts'
import { SegmentWriter } from './segment-writer.ts'
import { readPayload, walkFrames, type Piece } from './walk-frames.ts'

/** Where the stream goes on in a later file: what of the journal is from there on was written again there. */
export interface Continuation {
  readonly sequence: number
  readonly rowsBefore: number
}

export type SealStep =
  /** A part of a block read, or a whole one written. */
  { readonly kind: 'block' } | { readonly kind: 'sealed'; readonly name: string }

/**
 * Turns a closed journal into a segment of large blocks, in steps: to write a block takes some 70 ms of CPU, to read
 * a part of one less; a whole journal at once would stall capture for seconds. What of the journal cannot be read becomes a gap in the segment.
 * Throws errno errors; then `abandon` it, and seal again later.
 */
export class Sealer {
  readonly #journal: OpenLogFile
  readonly #next: Continuation | undefined
  readonly #pieces: Iterator<Piece>
  readonly #segment: SegmentWriter
  readonly #gaps: Gap[] = []
  #rows: FlowRecord[] = []
  #written: LogTime = { wall: hostTime(0), monotonic: millis(0) }
  /** Where the frames read so far end. */
  #sequence: number
  #rowsBefore: number

  constructor(directory: LogDirectory, journal: OpenLogFile, next: Continuation | undefined) {
    const { firstSequence, rowsBefore } = journal.header
    this.#journal = journal
    this.#next = next
    this.#sequence = firstSequence
    this.#rowsBefore = rowsBefore
    this.#pieces = walkFrames(journal, {
      sequence: firstSequence,
      rowsBefore,
      supersededFrom: next?.sequence ?? Infinity,
    })
    this.#segment = new SegmentWriter(directory, journal.header)
  }

  get number(): number {
    return this.#journal.header.number
  }

  step(): SealStep {
    if (this.#rows.length < limits.blockRowsMax && this.#read()) return { kind: 'block' }
    if (this.#rows.length > 0) {
      this.#segment.addRows(this.#rows.slice(0, limits.blockRowsMax), this.#written)
      this.#rows = this.#rows.slice(limits.blockRowsMax)
      return { kind: 'block' }
    }
    this.#noteMissingEnd()
    do this.#segment.addGaps(this.#gaps.splice(0, limits.blockRowsMax), this.#written)
    while (this.#gaps.length > 0)
    const name = this.#segment.publish(this.#written)
    closeSync(this.#journal.fd)
    return { kind: 'sealed', name }
  }

  abandon(): void {
    this.#segment.abandon()
    closeSync(this.#journal.fd)
  }

  /** Reads on for a step's time; false where there is nothing more. */
  #read(): boolean {
    const enough = this.#rows.length + limits.logSealRowsAStep
    for (let n = 0; n < limits.logSealFramesAStep && this.#rows.length < enough; n++) {
      const next = this.#pieces.next()
      if (next.done) return false
      this.#takePiece(next.value)
    }
    return true
  }

  #takePiece(piece: Piece): void {
    // The end of an append that was taken back, and made again in the next file.
    if (piece.kind === 'torn') return
    if (piece.kind === 'damage') {
      const [from, to] = piece.between
      this.#gaps.push({ from, to, reason: gapReason.damaged, count: piece.rows })
      return
    }
    const { frame } = piece
    if (!this.#takeFrame(frame, readPayload(this.#journal, frame, piece.at)))
      this.#gaps.push({
        from: frame.from,
        to: frame.to,
        reason: gapReason.damaged,
        count: frame.kind === 'flows' ? frame.items : 0,
      })
    this.#written = frame.written
    this.#sequence = frame.sequence + 1
    this.#rowsBefore = frame.rowsBefore + (frame.kind === 'flows' ? frame.items : 0)
  }

  /** False where the payload is damaged. */
  #takeFrame(frame: LogFrame, payload: Buffer | undefined): boolean {
    if (!payload) return false
    if (frame.kind === 'flows') {
      const decoded = decodeFlows(payload)
      if (decoded.ok) for (const flow of decoded.flows) this.#rows.push(flow)
      return decoded.ok
    }
    if (frame.kind !== 'gaps') return true
    const gaps = decodeGaps(payload)
    if (gaps) for (const gap of gaps) this.#gaps.push(gap)
    return gaps !== undefined
  }

  /** Frames that were acknowledged, since the stream goes on after them, and that are not there. */
  #noteMissingEnd(): void {
    if (!this.#next || this.#next.sequence <= this.#sequence) return
    this.#gaps.push({
      from: this.#written.wall,
      to: this.#written.wall,
      reason: gapReason.damaged,
      count: this.#next.rowsBefore - this.#rowsBefore,
    })
  }
}
