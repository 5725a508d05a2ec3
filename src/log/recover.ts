import { closeSync, fdatasyncSync, ftruncateSync, openSync, unlinkSync } from 'node:fs'
import type { HostTime } from '../model/quantity.ts'
import { logFiles, parseFileName, temporaryPrefix } from './file-names.ts'
import type { LogDirectory } from './log-directory.ts'
import { openLogFile, type OpenLogFile } from './open-file.ts'
import { readPayload, walkFrames } from './walk-frames.ts'

/** What a start found. */
export interface Recovered {
  readonly nextNumber: number
  /** When the log was last written; undefined where it is new. */
  readonly lastWritten: HostTime | undefined
  /** Rows of the last append, which was not finished. */
  readonly tornRows: number
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
    const end = endOf(opened.file)
    closeSync(opened.file.fd)
    if (kind === 'journal' && end.at < opened.file.bytes) cut(directory.file(name), end.at)
    tornRows += end.tornRows
    if (end.lastWritten !== undefined) return { nextNumber, lastWritten: end.lastWritten, tornRows }
  }
  return { nextNumber, lastWritten: undefined, tornRows }
}

interface End {
  /** Where what was finished ends. */
  readonly at: number
  readonly lastWritten: HostTime | undefined
  readonly tornRows: number
}

function endOf(file: OpenLogFile): End {
  const { firstSequence, rowsBefore, kind } = file.header
  const numbering =
    kind === 'segment'
      ? { sequence: 0, rowsBefore: 0, supersededFrom: Infinity }
      : { sequence: firstSequence, rowsBefore, supersededFrom: Infinity }
  let end: End = { at: file.bytes, lastWritten: undefined, tornRows: 0 }
  let before = end
  let last: Parameters<typeof readPayload> | undefined
  for (const piece of walkFrames(file, numbering)) {
    if (piece.kind === 'damage') continue
    if (piece.kind === 'torn') return { ...end, at: piece.at, tornRows: piece.rows }
    before = { ...end, at: piece.at, tornRows: piece.frame.items }
    end = { at: file.bytes, lastWritten: piece.frame.written.wall, tornRows: 0 }
    last = [file, piece.frame, piece.at]
  }
  // A power cut can leave a file at its full length with nothing in the last part.
  return last && readPayload(...last) === undefined ? before : end
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
