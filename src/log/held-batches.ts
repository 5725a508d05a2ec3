import { FlowBatch } from '../model/flow-batch.ts'
import type { FlowRecord } from '../model/flow.ts'
import type { Gap } from '../model/gap.ts'
import { limits } from '../model/limits.ts'
import { hostTime, type HostTime } from '../model/quantity.ts'
import { encodeGaps } from './gap-block.ts'
import { GapList } from '../model/gap-list.ts'
import type { LastWords } from './last-words.ts'
import { encodeLogFrame } from './log-frame.ts'
import type { LogTime } from './log-time.ts'

/** Rows encoded once, waiting for the disk. Encoded, because a record in memory takes 20 times the bytes. */
interface Batch {
  readonly rows: number
  readonly payload: Uint8Array
  readonly from: HostTime
  readonly to: HostTime
  readonly begun: HostTime
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
  readonly #gaps = new GapList(limits.logHeldGapsMax)
  /** Also those that are on disk by now. */
  readonly #told = new GapList(limits.gapsToldMax)
  #bytes = 0
  rows = 0

  get isFull(): boolean {
    return this.#bytes >= limits.logHeldBytesMax
  }

  get isEmpty(): boolean {
    return this.#batches.length === 0 && this.#gaps.all.length === 0
  }

  /** At most `limits.blockRowsMax` records; the caller asks `isFull` first. */
  add(records: readonly FlowRecord[], at: LogTime): void {
    const batch = new FlowBatch(records.length, 'stored')
    batch.addRecords(records)
    const payload = batch.encode()
    this.#batches.push({ rows: batch.rows, payload, ...batch.span(), at })
    this.#bytes += payload.length
    this.rows += records.length
  }

  /** All gaps that it was ever given, the first ones joined. */
  get gapsSoFar(): readonly Gap[] {
    return this.#told.all
  }

  addGap(gap: Gap): void {
    this.#gaps.add(gap)
    this.#told.add(gap)
  }

  /** What is missing if none of it ever gets to the disk: `why` for the rows. */
  asGaps(why: string): Pick<LastWords, 'gaps' | 'rows'> {
    const gaps = new GapList(limits.lastWordsGapsMax)
    for (const gap of this.#gaps.all) gaps.add(gap)
    if (this.rows === 0) return { gaps: gaps.all, rows: [] }
    const from = hostTime(Math.min(...this.#batches.map((batch) => batch.from)))
    const to = hostTime(Math.max(...this.#batches.map((batch) => batch.to)))
    return { gaps: gaps.all, rows: [{ from, to, reason: why, count: this.rows }] }
  }

  /** The oldest of what is held, as frames numbered from `sequence`; `settle` removes it once it is on disk. */
  take(sequence: number, rowsBefore: number, stream: number, at: LogTime): Taken {
    const frames: Uint8Array[] = []
    let bytes = 0
    let rows = 0
    let batches = 0
    if (this.#gaps.all.length > 0 || this.#batches.length === 0) {
      const frame = this.#gapsFrame(sequence, rowsBefore, stream, at)
      frames.push(frame)
      bytes += frame.length
    }
    for (const batch of this.#batches) {
      if (batches > 0 && bytes + batch.payload.length > limits.logWriteBytesMax) break
      const frame = encodeLogFrame(
        {
          kind: 'flows',
          items: batch.rows,
          sequence: sequence + frames.length,
          rowsBefore: rowsBefore + rows,
          written: asWritten(batch.at),
          from: batch.from,
          to: batch.to,
          begun: batch.begun,
        },
        batch.payload,
        stream,
      )
      frames.push(frame)
      bytes += frame.length
      rows += batch.rows
      batches += 1
    }
    return { frames, bytes, rows, batches, gaps: this.#gaps.all.length }
  }

  settle(taken: Taken): void {
    for (const batch of this.#batches.splice(0, taken.batches)) this.#bytes -= batch.payload.length
    this.#gaps.dropFirst(taken.gaps)
    this.rows -= taken.rows
  }

  /** Also with no gap in it: then it says only that the log was being written at this time. */
  #gapsFrame(sequence: number, rowsBefore: number, stream: number, at: LogTime): Uint8Array {
    const gaps = this.#gaps.all
    const from = hostTime(Math.min(at.wall, ...gaps.map((gap) => gap.from)))
    return encodeLogFrame(
      {
        kind: 'gaps',
        items: gaps.length,
        sequence,
        rowsBefore,
        written: asWritten(at),
        from,
        to: hostTime(gaps.length === 0 ? at.wall : Math.max(...gaps.map((gap) => gap.to))),
        begun: from,
      },
      encodeGaps(gaps),
      stream,
    )
  }
}

/** Of records that were dropped, which ended in a time: one of a flow that goes on begins before it. */
export function gapOf(
  records: readonly FlowRecord[],
  reason: string,
  [since, now]: readonly [HostTime, HostTime],
): Gap {
  const begun = records.reduce((first, { start }) => (start < first ? start : first), since)
  // In order, also where the clock was set back meanwhile.
  const [from, to] = begun < now ? [begun, now] : [now, begun]
  return { from, to, reason, count: records.length }
}

/** A frame is dated by what the log holds with it, because it is from there on that a crash leaves something missing. */
const asWritten = ({ wall, monotonic, wholeUntil }: LogTime) => ({
  wall: wholeUntil ?? wall,
  monotonic,
})
