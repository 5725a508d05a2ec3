import { closeSync } from 'node:fs'
import { limits } from '../model/limits.ts'
import type { HostTime } from '../model/quantity.ts'
import { errorCode } from './error-code.ts'
import { logFiles, type LogFile } from './file-names.ts'
import { LogDirectory } from './log-directory.ts'
import { LogError } from './log-error.ts'
import { openLogFile, type OpenedFile } from './open-file.ts'

/** A stretch of time, without its end. */
export interface TimeRange {
  readonly from: HostTime
  readonly to: HostTime
}
export interface ViewedFile {
  readonly named: LogFile
  readonly opened: OpenedFile
}

/**
 * The files of a log that may hold something of the range, open and all of one moment: whatever the writer seals or
 * deletes then, they stay readable. Listing a directory is no snapshot (a rename during it can hide both names), so
 * a view holds only where a second listing after the opening is equal to the first. Throws `LogError`.
 */
export function openView(path: string, range: TimeRange): ViewedFile[] {
  const directory = new LogDirectory(path)
  try {
    for (let tries = 0; tries < limits.logViewsMax; tries++) {
      const names = directory.names().toSorted()
      const files = openAll(directory, names, range)
      if (!files) continue
      if (String(directory.names().toSorted()) === String(names)) return files
      closeAll(files)
    }
  } catch (cause) {
    throw readError(path, cause)
  } finally {
    directory.close()
  }
  throw new LogError(
    'unreadable',
    `${path} changed during each of ${limits.logViewsMax} looks at it`,
    'ask again; if it stays so, see what renames files there',
  )
}

export function closeAll(files: readonly ViewedFile[]): void {
  for (const { opened } of files) if (opened.ok) closeSync(opened.file.fd)
}

/** Undefined where a file is gone by now. */
function openAll(
  directory: LogDirectory,
  names: readonly string[],
  range: TimeRange,
): ViewedFile[] | undefined {
  const files: ViewedFile[] = []
  try {
    for (const named of logFiles(names))
      if (named.kind === 'journal' || (named.to >= range.from && named.from < range.to))
        files.push({ named, opened: openLogFile(directory.file(named.name)) })
    return files
  } catch (error) {
    closeAll(files)
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

function readError(path: string, cause: unknown): unknown {
  if (cause instanceof LogError) return cause
  switch (errorCode(cause)) {
    case undefined:
      return cause
    case 'EACCES':
      return new LogError(
        'not permitted',
        `the files in ${path} may not be read`,
        `join the group that owns them, or ask as root`,
        cause,
      )
    case 'EMFILE':
      return new LogError(
        'unreadable',
        `the files in ${path} are more than this process may open`,
        'ask for a shorter time, or raise the limit (ulimit -n)',
        cause,
      )
    default:
      return new LogError(
        'unreadable',
        `${path} cannot be read: ${String(cause)}`,
        'see the kernel log (dmesg) for errors of its disk',
        cause,
      )
  }
}
