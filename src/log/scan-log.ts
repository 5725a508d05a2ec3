import { decodeFlows } from '../model/flow-block.ts'
import type { FlowRecord } from '../model/flow.ts'
import { gapReason, type Gap } from '../model/gap.ts'
import { hostTime, type HostTime } from '../model/quantity.ts'
import { frameAt, readIndex, type IndexEntry } from './block-index.ts'
import type { FileHeader } from './file-header.ts'
import { decodeGaps } from './gap-block.ts'
import type { LogFrame } from './log-frame.ts'
import { closeAll, openView, type TimeRange, type ViewedFile } from './log-view.ts'
import type { OpenLogFile } from './open-file.ts'
import { readPayload, walkFrames, type Numbering } from './walk-frames.ts'

/** What a scan finds, file by file in the order of writing. */
export type LogPiece =
  /** Flows that ended in the range; `writtenBy` says on which boot and in which run of the recorder. */
  | { readonly kind: 'rows'; readonly writtenBy: FileHeader; readonly rows: readonly FlowRecord[] }
  /** Gaps that touch the range. */
  | { readonly kind: 'gaps'; readonly gaps: readonly Gap[] }
  /** What cannot be read, and when it was. */
  | {
      readonly kind: 'damage'
      readonly file: string
      readonly at: number
      readonly what: string
      readonly gap: Gap
    }

/**
 * Reads the log while it is written: each row that was acknowledged before the call, and that retention has not
 * deleted by then, exactly once. A flow belongs to the time at which it ended, so that ranges that follow each other
 * can be summed. Holds files open until the iteration ends. Throws `LogError` where the log cannot be read at all.
 */
export function* scanLog(path: string, range: TimeRange): Generator<LogPiece> {
  const files = openView(path, range)
  try {
    for (const [i, { named, opened }] of files.entries()) {
      if (opened.ok) {
        yield* scanFile(named.name, opened.file, headerOf(files[i + 1]), range)
      } else if (opened.damage !== 'short') {
        // Whose time is not known, but for a segment's: it may be any of what was asked.
        const { from, to } = named.kind === 'segment' ? named : range
        yield damage(named.name, { at: 0, what: opened.damage, from, to, rows: 0 })
      }
    }
  } finally {
    closeAll(files)
  }
}

const headerOf = (file: ViewedFile | undefined) =>
  file?.opened.ok ? file.opened.file.header : undefined

function* scanFile(
  name: string,
  file: OpenLogFile,
  next: FileHeader | undefined,
  range: TimeRange,
): Generator<LogPiece> {
  const index = file.header.kind === 'segment' ? readIndex(file) : undefined
  if (index) {
    yield* scanIndexed(name, file, index, range)
    return
  }
  if (file.header.kind === 'segment')
    yield damage(name, {
      at: file.bytes,
      what: 'block index',
      from: range.from,
      to: range.from,
      rows: 0,
    })
  const continued =
    next?.stream === file.stream && file.header.kind === 'journal' ? next : undefined
  yield* scanWalked(name, file, continued, range)
}

function* scanIndexed(
  name: string,
  file: OpenLogFile,
  index: readonly IndexEntry[],
  range: TimeRange,
): Generator<LogPiece> {
  for (const entry of index) {
    if (!touches(entry, range)) continue
    const frame = frameAt(file, entry.at)
    if (frame) yield* scanFrame(name, file, frame, entry.at, range)
    else
      yield damage(name, {
        at: entry.at,
        what: 'frame header',
        from: entry.from,
        to: entry.to,
        rows: entry.kind === 'flows' ? entry.items : 0,
      })
  }
}

function* scanWalked(
  name: string,
  file: OpenLogFile,
  next: FileHeader | undefined,
  range: TimeRange,
): Generator<LogPiece> {
  const numbering = numberingOf(file.header, next)
  let { sequence, rowsBefore } = numbering
  let last = range.from
  for (const piece of walkFrames(file, numbering)) {
    if (piece.kind === 'torn') break
    if (piece.kind === 'damage') {
      const [from, to] = piece.between
      if (touches({ from, to }, range))
        yield damage(name, { at: piece.at, what: 'frames', from, to, rows: piece.rows })
      continue
    }
    const { frame } = piece
    sequence = frame.sequence + 1
    rowsBefore = frame.rowsBefore + (frame.kind === 'flows' ? frame.items : 0)
    last = frame.written.wall
    if (touches(frame, range)) yield* scanFrame(name, file, frame, piece.at, range)
  }
  if (next && next.firstSequence > sequence && touches({ from: last, to: last }, range))
    yield damage(name, {
      at: file.bytes,
      what: 'last frames',
      from: last,
      to: last,
      rows: next.rowsBefore - rowsBefore,
    })
}

function* scanFrame(
  name: string,
  file: OpenLogFile,
  frame: LogFrame,
  at: number,
  range: TimeRange,
): Generator<LogPiece> {
  const payload = readPayload(file, frame, at)
  if (frame.kind === 'gaps') {
    const gaps = payload && decodeGaps(payload)
    const found = gaps?.filter((gap) => touches(gap, range))
    if (found && found.length > 0) yield { kind: 'gaps', gaps: found }
    if (gaps) return
  } else if (frame.kind === 'flows') {
    const decoded = payload && decodeFlows(payload)
    if (decoded?.ok) {
      const rows = decoded.flows.filter(({ end }) => end >= range.from && end < range.to)
      if (rows.length > 0) yield { kind: 'rows', writtenBy: file.header, rows }
      return
    }
  } else {
    return
  }
  const rows = frame.kind === 'flows' ? frame.items : 0
  yield damage(name, { at, what: frame.kind, from: frame.from, to: frame.to, rows })
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

const touches = (
  { from, to }: { readonly from: HostTime; readonly to: HostTime },
  range: TimeRange,
) => to >= range.from && from < range.to

function damage(
  file: string,
  found: { at: number; what: string; from: HostTime; to: HostTime; rows: number },
): LogPiece {
  const { at, what, from, to, rows } = found
  const gap = { from: hostTime(from), to: hostTime(to), reason: gapReason.damaged, count: rows }
  return { kind: 'damage', file, at, what, gap }
}
