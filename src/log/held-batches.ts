import { encodeFlows } from '../model/flow-block.ts'
import type { FlowRecord } from '../model/flow.ts'
import type { Gap } from '../model/gap.ts'
import { limits } from '../model/limits.ts'
import { hostTime } from '../model/quantity.ts'
import { encodeGaps } from './gap-block.ts'
import { encodeLogFrame } from './log-frame.ts'
import type { LogTime } from './log-time.ts'

/** Rows encoded once, waiting for the disk. Encoded, because a record in memory takes 20 times the bytes. */
interface Batch {
  readonly rows: number
  readonly payload: Uint8Array
  readonly from: number
  readonly to: number
  readonly at: LogTime
}

/** Frames for one write, and what of the held ones they are. */
export interface Taken {
  readonly frames: readonly Uint8Array[]
  readonly bytes: number
  readonly rows: number
  readonly batches: number
  readonly gaps: number
}

/** What the log was given and the disk has not yet taken: bounded; what does not fit becomes a gap. */
export class HeldBatches {
  readonly #batches: Batch[] = []
  readonly #gaps: Gap[] = []
  #bytes = 0
  rows = 0

  get isFull(): boolean {
    return this.#bytes >= limits.logHeldBytesMax
  }

  get isEmpty(): boolean {
    return this.#batches.length === 0 && this.#gaps.length === 0
  }

  /** At most `limits.blockRowsMax` records; the caller asks `isFull` first. */
  add(records: readonly FlowRecord[], at: LogTime): void {
    const payload = encodeFlows(records, 'stored')
    let from = Infinity
    let to = 0
    for (const { end } of records) {
      from = Math.min(from, Math.floor(end))
      to = Math.max(to, Math.floor(end))
    }
    this.#batches.push({ rows: records.length, payload, from, to, at })
    this.#bytes += payload.length
    this.rows += records.length
  }

  /** Widens an earlier gap of the reason where the two touch, or where there are too many. */
  addGap(gap: Gap): void {
    const isFull = this.#gaps.length >= limits.logHeldGapsMax
    const at = this.#gaps.findLastIndex(
      ({ reason, from, to }) =>
        reason === gap.reason && (isFull || (gap.from <= to && gap.to >= from)),
    )
    const other = this.#gaps[at]
    if (!other) {
      this.#gaps.push(gap)
      return
    }
    this.#gaps[at] = {
      from: hostTime(Math.min(other.from, gap.from)),
      to: hostTime(Math.max(other.to, gap.to)),
      reason: gap.reason,
      count: other.count + gap.count,
    }
  }

  /** The oldest of what is held, as frames numbered from `sequence`; `settle` removes it once it is on disk. */
  take(sequence: number, rowsBefore: number, stream: number, at: LogTime): Taken {
    const frames: Uint8Array[] = []
    let bytes = 0
    let rows = 0
    let batches = 0
    if (this.#gaps.length > 0 || this.#batches.length === 0) {
      frames.push(this.#gapsFrame(sequence, rowsBefore, stream, at))
    }
    for (const batch of this.#batches) {
      if (batches > 0 && bytes + batch.payload.length > limits.logWriteBytesMax) break
      const frame = encodeLogFrame(
        {
          kind: 'flows',
          items: batch.rows,
          sequence: sequence + frames.length,
          rowsBefore: rowsBefore + rows,
          written: batch.at,
          from: hostTime(batch.from),
          to: hostTime(batch.to),
        },
        batch.payload,
        stream,
      )
      frames.push(frame)
      bytes += frame.length
      rows += batch.rows
      batches += 1
    }
    return { frames, bytes, rows, batches, gaps: this.#gaps.length }
  }

  settle(taken: Taken): void {
    for (const batch of this.#batches.splice(0, taken.batches)) this.#bytes -= batch.payload.length
    this.#gaps.splice(0, taken.gaps)
    this.rows -= taken.rows
  }

  /** Also with no gap in it: then it says only that the log was being written at this time. */
  #gapsFrame(sequence: number, rowsBefore: number, stream: number, at: LogTime): Uint8Array {
    const gaps = this.#gaps
    return encodeLogFrame(
      {
        kind: 'gaps',
        items: gaps.length,
        sequence,
        rowsBefore,
        written: at,
        from: hostTime(Math.min(at.wall, ...gaps.map((gap) => gap.from))),
        to: hostTime(gaps.length === 0 ? at.wall : Math.max(...gaps.map((gap) => gap.to))),
      },
      encodeGaps(gaps),
      stream,
    )
  }
}
