import { bytesInMemory } from '../model/column-block.ts'
import { DamagedColumn } from '../model/damaged-column.ts'
import { FlowBatch } from '../model/flow-batch.ts'
import { openFlows, type FlowColumns } from '../model/flow-columns.ts'
import { gapReason, type Gap } from '../model/gap.ts'
import { limits } from '../model/limits.ts'
import { hostTime, millis } from '../model/quantity.ts'
import { decodeGaps } from './gap-block.ts'
import type { LogDirectory } from './log-directory.ts'
import { LogError } from './log-error.ts'
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
  /** Some frames are read, or some columns of a block made. */
  { readonly kind: 'block' } | { readonly kind: 'sealed'; readonly name: string }

/**
 * Turns a closed journal into a segment of large blocks, in steps of some ms between which capture drains the kernel's
 * ring: a whole block takes 30 ms, a whole journal a second. What of the journal cannot be read becomes a gap in the
 * segment. Throws errno errors; then `abandon` it, and seal again later.
 */
export class Sealer {
  readonly #journal: OpenLogFile
  readonly #next: Continuation | undefined
  readonly #segment: SegmentWriter
  readonly #work: Iterator<void, string>
  readonly #gaps: Gap[] = []
  readonly #batch = new FlowBatch(limits.blockRowsMax, 'stored')
  #written: LogTime = { wall: hostTime(0), monotonic: millis(0) }
  /** Where the frames read so far end. */
  #sequence: number
  #rowsBefore: number

  constructor(directory: LogDirectory, journal: OpenLogFile, next: Continuation | undefined) {
    this.#journal = journal
    this.#next = next
    this.#sequence = journal.header.firstSequence
    this.#rowsBefore = journal.header.rowsBefore
    this.#segment = new SegmentWriter(directory, journal.header)
    this.#work = this.#seal()
  }

  get number(): number {
    return this.#journal.header.number
  }

  step(): SealStep {
    const step = this.#work.next()
    return step.done ? { kind: 'sealed', name: step.value } : { kind: 'block' }
  }

  abandon(): void {
    this.#segment.abandon()
    this.#journal.bytes.close()
  }

  /** Gives way after each step; returns the segment's name. */
  *#seal(): Generator<void, string> {
    const { firstSequence, rowsBefore } = this.#journal.header
    const supersededFrom = this.#next?.sequence ?? Infinity
    const numbering = { sequence: firstSequence, rowsBefore, supersededFrom }
    let frames = 0
    let items = 0
    for (const piece of walkFrames(this.#journal, numbering)) {
      yield* this.#takePiece(piece)
      this.#expectAllRead()
      items += piece.kind === 'frame' ? piece.frame.items : 0
      if (++frames < limits.logSealFramesAStep && items < limits.logSealRowsAStep) continue
      frames = 0
      items = 0
      yield
    }
    this.#expectAllRead()
    if (this.#batch.rows > 0) yield* this.#writeBatch()
    this.#noteMissingEnd()
    do this.#segment.addGaps(this.#gaps.splice(0, limits.blockRowsMax), this.#written)
    while (this.#gaps.length > 0)
    const name = this.#segment.publish(this.#written)
    this.#journal.bytes.close()
    return name
  }

  *#takePiece(piece: Piece): Generator<void> {
    // The end of an append that was taken back, and made again in the next file.
    if (piece.kind === 'torn') return
    if (piece.kind === 'damage') {
      const [from, to] = piece.between ?? [this.#written.wall, this.#written.wall]
      this.#gaps.push({ from, to, reason: gapReason.damaged, count: piece.rows })
      return
    }
    const { frame, at } = piece
    this.#written = frame.written
    const rows = frame.kind === 'flows' ? frame.items : 0
    if (!(yield* this.#takeFrame(frame, at)))
      this.#gaps.push({
        from: frame.from,
        to: frame.to,
        reason: gapReason.damaged,
        count: rows,
      })
    this.#sequence = frame.sequence + 1
    this.#rowsBefore = frame.rowsBefore + rows
  }

  /** False where the payload is damaged. */
  *#takeFrame(frame: LogFrame, at: number): Generator<void, boolean> {
    const payload = readPayload(this.#journal, frame, at)
    if (!payload) return false
    if (frame.kind === 'flows') return yield* this.#takeFlows(payload)
    if (frame.kind !== 'gaps') return true
    const gaps = decodeGaps(payload)
    if (gaps) for (const gap of gaps) this.#gaps.push(gap)
    return gaps !== undefined
  }

  *#takeFlows(payload: Buffer): Generator<void, boolean> {
    const opened = openFlows(bytesInMemory(payload))
    if (!opened.ok) return false
    try {
      yield* this.#addBlock(opened.columns)
      return true
    } catch (error) {
      if (!(error instanceof DamagedColumn)) throw error
      return false
    }
  }

  *#addBlock(block: FlowColumns): Generator<void> {
    for (let row = 0; row < block.rows;) {
      const to = Math.min(block.rows, row + limits.blockRowsMax - this.#batch.rows)
      this.#batch.addBlock(block, row, to)
      row = to
      if (this.#batch.rows < limits.blockRowsMax) continue
      yield
      yield* this.#writeBatch()
      yield
      // Block by block: a sync of the whole segment at its end would take as long as all of them together.
      this.#segment.sync()
      yield
    }
  }

  *#writeBatch(): Generator<void> {
    const columns = this.#batch.encodeByColumn()
    let values = 0
    let column = columns.next()
    while (!column.done) {
      values += this.#batch.rows
      if (values >= limits.logSealValuesAStep) {
        values = 0
        yield
      }
      column = columns.next()
    }
    this.#segment.addRows(this.#batch, column.value, this.#written)
    this.#batch.clear()
  }

  /** What the disk refuses to give it may give another time: until then the journal stays. */
  #expectAllRead(): void {
    if (this.#journal.bytes.isRefused)
      throw new LogError(
        'unreadable',
        `journal ${this.number} cannot be read whole`,
        'see the kernel log (dmesg) for errors of its disk',
      )
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
