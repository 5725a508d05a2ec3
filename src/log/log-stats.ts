import { statSync } from 'node:fs'
import type { HostTime } from '../model/quantity.ts'
import { errorCode } from './error-code.ts'
import { logFiles, type LogFile } from './file-names.ts'
import { LogDirectory } from './log-directory.ts'
import { logErrorOf } from './log-error.ts'
import { openLogFile } from './open-file.ts'
import { numberingOf, walkFrames } from './walk-frames.ts'

/** A log as its directory shows it, at the cost of a listing. */
export interface LogStats {
  readonly files: number
  /** As the disk counts. */
  readonly bytes: number
  /** Earliest time in the oldest file; undefined in an empty log. */
  readonly oldest: HostTime | undefined
}

/** Throws `LogError`. Files that retention deletes meanwhile are left out. */
export function logStats(path: string): LogStats {
  const directory = new LogDirectory(path)
  try {
    const files = logFiles(directory.names())
    const sizes = files.map(({ name }) => bytesOf(directory.file(name)))
    return {
      files: files.length,
      bytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
      oldest: files[0] && oldestIn(directory, files[0]),
    }
  } catch (cause) {
    throw logErrorOf(path, cause)
  } finally {
    directory.close()
  }
}

function bytesOf(path: string): number {
  try {
    return statSync(path).blocks * 512
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0
    throw error
  }
}

function oldestIn(directory: LogDirectory, file: LogFile): HostTime | undefined {
  if (file.kind === 'segment') return file.from
  const opened = openLogFile(directory.file(file.name))
  if (!opened.ok) return undefined
  try {
    for (const piece of walkFrames(opened.file, numberingOf(opened.file.header, undefined)))
      if (piece.kind === 'frame') return piece.frame.from
    return undefined
  } finally {
    opened.file.bytes.close()
  }
}
