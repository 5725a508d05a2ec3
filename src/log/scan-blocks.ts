import { createHash } from 'node:crypto'
import { openFlows, type OpenedFlows } from '../model/flow-columns.ts'
import { bytesInMemory, type BlockBytes } from '../model/column-block.ts'
import { gapReason, type Gap } from '../model/gap.ts'
import type { BlockSpace } from '../model/kernels/room.ts'
import { limits } from '../model/limits.ts'
import { hostTime, type HostTime } from '../model/quantity.ts'
import { frameAt, readIndex, type IndexEntry } from './block-index.ts'
import type { FileHeader } from './file-header.ts'
import { decodeGaps } from './gap-block.ts'
import { frameHeaderBytes, type LogFrame } from './log-frame.ts'
import { closeAll, openView, type TimeRange, type ViewedFile } from './log-view.ts'
import type { OpenLogFile } from './open-file.ts'
import { numberingOf, readPayload, walkFrames } from './walk-frames.ts'

/** What lies in a log, file by file in the order of writing. */
export type BlockPiece =
  | LogBlock
  /** Gaps that touch the range. */
  | { readonly kind: 'gaps'; readonly gaps: readonly Gap[] }
  | LogDamage
  /** Comes last, and the files are open until it is passed; up to when the log holds everything, if it was ever
   *  written to. */
  | { readonly kind: 'end'; readonly writtenAt: HostTime | undefined }

/** A block of flows of which some may have ended in the range; none of it is read yet. */
export interface LogBlock {
  readonly kind: 'block'
  /** On which boot and in which run of the recorder. */
  readonly writtenBy: FileHeader
  readonly file: SourceOfBlocks
  /** Rows of that run before it. */
  readonly rowsBefore: number
  readonly rows: number
  /** Earliest and latest end of its flows. */
  readonly from: HostTime
  readonly to: HostTime
  /** Their earliest start. */
  readonly begun: HostTime
  /** Reads from the file, as long as the scan goes on; columns will be in the space. */
  readonly open: (space?: BlockSpace) => OpenedFlows
  /** What is to be said where it cannot be read. */
  readonly damage: () => LogDamage
}

/** The file that a block is in. */
export interface SourceOfBlocks {
  readonly name: string
  readonly bytes: number
  /** Of all its bytes, hexadecimal; '' of a journal, which is still being written. Reads as `open` does. */
  readonly sha256: () => string
}

/** What cannot be read, and when it was. */
export interface LogDamage {
  readonly kind: 'damage'
  readonly file: string
  readonly at: number
  readonly what: string
  readonly gap: Gap
}

/**
 * Reads where blocks are, of a log while it is written: each row that was acknowledged before the call, and that
 * retention has not deleted by then, is in exactly one. `onRead` hears how many bytes were read for columns. Holds
 * files open until the iteration ends. Throws `LogError` where the log cannot be read at all.
 */
export function* scanBlocks(
  path: string,
  range: TimeRange,
  onRead: (bytes: number) => void = () => {},
): Generator<BlockPiece> {
  const files = openView(path, range)
  let writtenAt: HostTime | undefined
  try {
    for (const [i, { named, opened }] of files.entries()) {
      if (opened.ok) {
        const scan = { name: named.name, file: opened.file, range, onRead }
        writtenAt = (yield* scanFile(scan, headerOf(files[i + 1]))) ?? writtenAt
      } else if (opened.damage !== 'short') {
        // Whose time is not known, but for a segment's: it may be any of what was asked.
        const { from, to } = named.kind === 'segment' ? named : range
        yield damage(named.name, { at: 0, what: opened.damage, from, to, rows: 0 })
      }
    }
    yield { kind: 'end', writtenAt }
  } finally {
    closeAll(files)
  }
}

/** A file, and what is wanted of it. */
interface FileScan {
  readonly name: string
  readonly file: OpenLogFile
  readonly range: TimeRange
  readonly onRead: (bytes: number) => void
}

const headerOf = (file: ViewedFile | undefined) =>
  file?.opened.ok ? file.opened.file.header : undefined

/** Gives, last, when the file was last written to. */
type Written = Generator<BlockPiece, HostTime | undefined>

function* scanFile(scan: FileScan, next: FileHeader | undefined): Written {
  const { name, file, range } = scan
  const index = file.header.kind === 'segment' ? readIndex(file) : undefined
  if (index) {
    return yield* scanIndexed(scan, index)
  }
  if (file.header.kind === 'segment')
    yield damage(name, {
      at: file.bytes.length,
      what: 'block index',
      from: range.from,
      to: range.from,
      rows: 0,
    })
  const continued =
    next?.stream === file.header.stream && file.header.kind === 'journal' ? next : undefined
  return yield* scanWalked(scan, continued)
}

function* scanIndexed(scan: FileScan, index: readonly IndexEntry[]): Written {
  const { name, file, range } = scan
  for (const entry of index) {
    if (!touches(entry, range)) continue
    const frame = frameAt(file, entry.at)
    if (frame) yield* scanFrame(scan, frame, entry.at)
    else
      yield damage(name, {
        at: entry.at,
        what: 'frame header',
        from: entry.from,
        to: entry.to,
        rows: entry.kind === 'flows' ? entry.items : 0,
      })
  }
  const last = index.at(-1)
  return last && frameAt(file, last.at)?.written.wall
}

function* scanWalked(scan: FileScan, next: FileHeader | undefined): Written {
  const { name, file, range } = scan
  const numbering = numberingOf(file.header, next)
  let { sequence, rowsBefore } = numbering
  let last = range.from
  for (const piece of walkFrames(file, numbering)) {
    if (piece.kind === 'torn') break
    if (piece.kind === 'damage') {
      const [from, to] = piece.between ?? [range.from, range.from]
      if (touches({ from, to }, range))
        yield damage(name, { at: piece.at, what: 'frames', from, to, rows: piece.rows })
      continue
    }
    const { frame } = piece
    sequence = frame.sequence + 1
    rowsBefore = frame.rowsBefore + (frame.kind === 'flows' ? frame.items : 0)
    last = frame.written.wall
    if (touches(frame, range)) yield* scanFrame(scan, frame, piece.at)
  }
  if (next && next.firstSequence > sequence && touches({ from: last, to: last }, range))
    yield damage(name, {
      at: file.bytes.length,
      what: 'last frames',
      from: last,
      to: last,
      rows: next.rowsBefore - rowsBefore,
    })
  return sequence > numbering.sequence ? last : undefined
}

function* scanFrame(scan: FileScan, frame: LogFrame, at: number): Generator<BlockPiece> {
  const { name, file, range } = scan
  const { from, to, begun } = frame
  const rows = frame.kind === 'flows' ? frame.items : 0
  const damaged = () => damage(name, { at, what: frame.kind, from, to, rows })
  if (frame.kind === 'gaps') {
    const payload = readPayload(file, frame, at)
    const gaps = payload && decodeGaps(payload)
    const found = gaps?.filter((gap) => touches(gap, range))
    if (found && found.length > 0) yield { kind: 'gaps', gaps: found }
    if (!gaps) yield damaged()
  } else if (frame.kind === 'flows') {
    yield {
      kind: 'block',
      writtenBy: file.header,
      file: { name, bytes: file.bytes.length, sha256: () => sha256Of(file) },
      // A segment numbers its own rows, a journal those of the run.
      rowsBefore: frame.rowsBefore + (file.header.kind === 'segment' ? file.header.rowsBefore : 0),
      rows,
      from,
      to,
      begun,
      open: (space) => openFlows(payloadBytes(scan, frame, at), space),
      damage: damaged,
    }
  }
}

function sha256Of({ header, bytes }: OpenLogFile): string {
  if (header.kind === 'journal') return ''
  const hash = createHash('sha256')
  for (let at = 0; at < bytes.length; at += hashedAtOnce) hash.update(bytes.read(at, hashedAtOnce))
  return hash.digest('hex')
}

const hashedAtOnce = 1024 * 1024
/** Of a payload of 32,768 rows its owners, and the table of its columns, have less. */
const beginBytes = 8 * 1024

/**
 * Small payloads in one read, because each read is a system call and a journal has many small frames; of larger ones the
 * begin, which holds the owners.
 */
function payloadBytes({ file, onRead }: FileScan, frame: LogFrame, frameAt: number): BlockBytes {
  const length = frame.payloadBytes
  const from = (how: 'read' | 'glance') => (at: number, wanted: number) => {
    const bytes = file.bytes[how](frameAt + frameHeaderBytes + at, Math.min(wanted, length - at))
    onRead(bytes.length)
    return bytes
  }
  const read = from('read')
  if (length <= limits.wholeReadBytesMax) return bytesInMemory(read(0, length))
  const begin = read(0, beginBytes)
  const within =
    (further: BlockBytes['read']): BlockBytes['read'] =>
    (at, wanted) =>
      at + wanted <= begin.length ? begin.subarray(at, at + wanted) : further(at, wanted)
  return { length, read: within(read), glance: within(from('glance')) }
}

export const touches = (
  { from, to }: { readonly from: HostTime; readonly to: HostTime },
  range: TimeRange,
) => to >= range.from && from < range.to

function damage(
  file: string,
  found: { at: number; what: string; from: HostTime; to: HostTime; rows: number },
): LogDamage {
  const { at, what, from, to, rows } = found
  const gap = { from: hostTime(from), to: hostTime(to), reason: gapReason.damaged, count: rows }
  return { kind: 'damage', file, at, what, gap }
}
