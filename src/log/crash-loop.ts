import { statSync } from 'node:fs'
import { limits } from '../model/limits.ts'
import { logFiles } from './file-names.ts'
import type { LogDirectory } from './log-directory.ts'
import type { LogTime } from './log-time.ts'
import { openLogFile } from './open-file.ts'

/** Whether the log's last files are one of each of many runs, and all of them recent. Throws errno errors. */
export function isCrashLoop(directory: LogDirectory, at: LogTime): boolean {
  const last = logFiles(directory.names()).slice(-limits.logRestartsMax)
  if (last.length < limits.logRestartsMax) return false
  const oldest = statSync(directory.file(last[0]!.name)).mtimeMs
  if (Math.abs(at.wall - oldest) > limits.logRestartsMs) return false
  const runs = new Set<number>()
  for (const { name } of last) {
    const opened = openLogFile(directory.file(name))
    if (!opened.ok) continue
    opened.file.bytes.close()
    runs.add(opened.file.header.stream)
  }
  return runs.size === limits.logRestartsMax
}
