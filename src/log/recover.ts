import { closeSync, fdatasyncSync, ftruncateSync, openSync, unlinkSync } from 'node:fs'
import type { HostTime } from '../model/quantity.ts'
import { logFiles, parseFileName, temporaryPrefix } from './file-names.ts'
import type { LogDirectory } from './log-directory.ts'
import { openLogFile, type OpenLogFile } from './open-file.ts'
import { numberingOf, readPayload, walkFrames } from './walk-frames.ts'

/** What a start found. */
export interface Recovered {
  readonly nextNumber: number
  /** Undefined where the log is new. */
  readonly end: LogEnd | undefined
  /** Rows of the last append, which was not finished. */
  readonly tornRows: number
}

/** Up to where the log was written, and up to when it holds everything. */
export interface LogEnd {
  readonly stream: number
  /** Rows of the stream up to here. */
  readonly rows: number
  /** Of the next frame of the stream; undefined where its last file is sealed. */
  readonly sequence: number | undefined
  readonly writtenAt: HostTime
}

/**
 * Repairs what a crash may have left; any number of times, and it may crash itself. Half-written seals go, journals
 * whose segment is there go, and the last journal's unfinished end is cut off.
 */
export function recover(directory: LogDirectory): Recovered {
  const names = directory.names()
  const files = logFiles(names)
  const kept = new Set(files.map(({ name }) => name))
  const stale = names.filter(
    (name) => name.startsWith(temporaryPrefix) || (parseFileName(name) && !kept.has(name)),
  )
  for (const name of stale) unlinkSync(directory.file(name))
  if (stale.length > 0) directory.sync()
  const nextNumber = (files.at(-1)?.number ?? 0) + 1
  let tornRows = 0
  for (const { name, kind } of files.toReversed()) {
    const opened = openLogFile(directory.file(name))
    if (!opened.ok) {
      // Nothing was ever acknowledged in a file without a whole header.
      if (opened.damage === 'short' && kind === 'journal') unlinkSync(directory.file(name))
      continue
    }
    const { bytes } = opened.file
    const found = finishedPart(opened.file)
    bytes.close()
    if (kind === 'journal' && found.bytes < bytes.length) cut(directory.file(name), found.bytes)
    tornRows += found.tornRows
    if (found.end) return { nextNumber, end: found.end, tornRows }
  }
  return { nextNumber, end: undefined, tornRows }
}

interface FinishedPart {
  readonly bytes: number
  /** Undefined where there is no frame in it. */
  readonly end: LogEnd | undefined
  /** Of what comes after it. */
  readonly tornRows: number
}

function finishedPart(file: OpenLogFile): FinishedPart {
  const { bytes, header } = file
  const isJournal = header.kind === 'journal'
  let found: FinishedPart = { bytes: bytes.length, end: undefined, tornRows: 0 }
  let before = found
  let last: Parameters<typeof readPayload> | undefined
  for (const piece of walkFrames(file, numberingOf(header, undefined))) {
    if (piece.kind === 'damage') continue
    if (piece.kind === 'torn') return { ...found, bytes: piece.at, tornRows: piece.rows }
    const { frame } = piece
    const rows = frame.kind === 'flows' ? frame.items : 0
    before = { ...found, bytes: piece.at, tornRows: rows }
    const end = {
      stream: header.stream,
      rows: frame.rowsBefore + rows + (isJournal ? 0 : header.rowsBefore),
      sequence: isJournal ? frame.sequence + 1 : undefined,
      writtenAt: frame.written.wall,
    }
    found = { bytes: bytes.length, end, tornRows: 0 }
    last = [file, frame, piece.at]
  }
  // A power cut can leave a file at its full length with nothing in the last part. What the disk refuses to give
  // may be there: that stays.
  const isWhole = !last || readPayload(...last) !== undefined || bytes.isRefused
  return isWhole ? found : before
}

function cut(path: string, bytes: number): void {
  const fd = openSync(path, 'r+')
  try {
    ftruncateSync(fd, bytes)
    fdatasyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
