import { statfsSync } from 'node:fs'
import { resolve } from 'node:path'
import { HostError } from '../../host/host-error.ts'
import { openLiveStream } from '../../host/live-stream.ts'
import { hearStatus } from '../../host/recorder-status.ts'
import { LogError } from '../../log/log-error.ts'
import { logStats } from '../../log/log-stats.ts'
import { limits } from '../../model/limits.ts'
import { hostTime, millis } from '../../model/quantity.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { defaultDataDirectory, defaultLiveSocket } from '../places.ts'
import { statusExitCode, statusJson, statusText } from './status-report.ts'
import type { LogFinding, RecorderFinding } from './status-report.ts'

/** `e2etop status`: what the recorder says of itself, and what its log shows. */
export async function status({ options }: Arguments): Promise<number> {
  const socket = options.get('socket') ?? defaultLiveSocket
  const recorder = await askRecorder(socket)
  const told = recorder.kind === 'running' ? recorder.status.recording?.directory : undefined
  const directory = resolve(options.get('data-dir') ?? told ?? defaultDataDirectory)
  const at = hostTime(Date.now())
  const findings = { at, directory, socket, recorder, log: lookAtLog(directory) }
  const text = options.get('format') === 'json' ? statusJson(findings) : statusText(findings)
  process.stdout.write(text)
  return statusExitCode(findings)
}

async function askRecorder(socket: string): Promise<RecorderFinding> {
  try {
    const live = await openLiveStream(socket)
    switch (live.kind) {
      case 'none':
        return { kind: 'none' }
      case 'refused':
        return {
          kind: 'unknown',
          why: `you may not connect to ${socket}`,
          next: 'Join its group (usermod -aG e2etop USER), or ask as root.',
        }
      case 'open': {
        const { hello, status } = await hearStatus(live.stream, millis(limits.statusWaitMs))
        return { kind: 'running', version: hello.version, status }
      }
    }
  } catch (error) {
    if (!(error instanceof HostError)) throw error
    return { kind: 'unknown', why: error.message, next: error.next }
  }
}

function lookAtLog(directory: string): LogFinding {
  try {
    const stats = logStats(directory)
    const { bavail, bsize } = statfsSync(directory)
    return { kind: 'log', stats, freeBytes: bavail * bsize }
  } catch (error) {
    if (!(error instanceof LogError)) throw error
    return { kind: 'unreadable', why: error.message, next: error.next }
  }
}
