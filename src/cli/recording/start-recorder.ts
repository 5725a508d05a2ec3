import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { MirrorRules } from '../../host/live-mirror.ts'
import { LiveSession } from '../../host/live-session.ts'
import { oneMallocHeap } from '../lean-memory.ts'
import { liveStreamFd, privateRecorderCommand } from './recorder-request.ts'
import type { SourceRequest } from '../../capture/open-source.ts'
import type { WatchedRecorder } from './watched-recorder.ts'

const stderrKept = 4096

/**
 * Starts the recorder with our present privileges (which the caller then drops). In a session of its own, so that
 * Ctrl-C and Ctrl-Z at the terminal reach the monitor only.
 */
export function startRecorder(request: SourceRequest, rules: MirrorRules): WatchedRecorder {
  const script = process.argv[1] ?? ''
  const child = spawn(process.execPath, [script, privateRecorderCommand, JSON.stringify(request)], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, ...oneMallocHeap },
  })
  let complaint = ''
  child.stderr?.on('data', (piece: Buffer) => {
    complaint = (complaint + piece.toString()).slice(-stderrKept)
  })
  child.on('error', (error) => {
    complaint = `cannot start the recorder: ${error.message}`
  })
  return {
    session: new LiveSession(child.stdio[liveStreamFd] as Readable, rules),
    complaint: () => complaint,
  }
}
