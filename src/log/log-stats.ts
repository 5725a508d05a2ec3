import { statSync } from 'node:fs'
import type { HostTime } from '../model/quantity.ts'
import { errorCode } from './error-code.ts'
import { logFiles, type LogFile } from './file-names.ts'
import { LogDirectory } from './log-directory.ts'
import { logErrorOf } from './log-error.ts'
import { openLogFile, type OpenLogFile } from './open-file.ts'
import { numberingOf, walkFrames } from './walk-frames.ts'

/** A log as its directory shows it, at the cost of a listing. */
export interface LogStats {
  readonly files: number
  /** As the disk counts. */
  readonly bytes: number
  /** Earliest time in the oldest file; undefined in an empty log. */
  readonly oldest: HostTime | undefined
  /** The run of a recorder of whose records the first were deleted; undefined where those of the oldest run are all here. */
  readonly cutRun: number | undefined
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
      ...beginningOf(directory, files[0]),
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

function beginningOf(
  directory: LogDirectory,
  file: LogFile | undefined,
): Pick<LogStats, 'oldest' | 'cutRun'> {
  const named = file?.kind === 'segment' ? file.from : undefined
  const opened = file && openLogFile(directory.file(file.name))
  if (!opened?.ok) return { oldest: named, cutRun: undefined }
  const { header, bytes } = opened.file
  try {
    // Retention deletes whole files, the oldest first.
    const cutRun = header.firstSequence > 0 ? header.stream : undefined
    return { oldest: named ?? firstTimeIn(opened.file), cutRun }
  } finally {
    bytes.close()
  }
}

function firstTimeIn(file: OpenLogFile): HostTime | undefined {
  for (const piece of walkFrames(file, numberingOf(file.header, undefined)))
    if (piece.kind === 'frame') return piece.frame.from
  return undefined
}
