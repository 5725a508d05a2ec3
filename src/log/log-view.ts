import { limits } from '../model/limits.ts'
import type { HostTime } from '../model/quantity.ts'
import { errorCode } from './error-code.ts'
import { logFiles, type LogFile } from './file-names.ts'
import { LogDirectory } from './log-directory.ts'
import { LogError, logErrorOf } from './log-error.ts'
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
      const files = openAll(directory, range)
      if (files) return files
    }
  } catch (cause) {
    throw logErrorOf(path, cause)
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
  for (const { opened } of files) if (opened.ok) opened.file.bytes.close()
}

/** Undefined where the directory changed meanwhile. */
function openAll(directory: LogDirectory, range: TimeRange): ViewedFile[] | undefined {
  const files: ViewedFile[] = []
  try {
    const names = directory.names().toSorted()
    for (const named of logFiles(names))
      if (named.kind === 'journal' || (named.to >= range.from && named.from < range.to))
        files.push({ named, opened: openLogFile(directory.file(named.name)) })
    if (String(directory.names().toSorted()) === String(names)) return files
    closeAll(files)
    return undefined
  } catch (error) {
    closeAll(files)
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}
