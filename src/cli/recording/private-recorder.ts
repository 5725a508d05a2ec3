import { Socket } from 'node:net'
import { CaptureError } from '../../capture/capture-error.ts'
import { openSource, type SourceRequest } from '../../capture/open-source.ts'
import { defaultTimers } from '../../flow-table/timer-rules.ts'
import { hostClocks } from '../../recorder/host-clocks.ts'
import { LiveReaders } from '../../recorder/live-readers.ts'
import { LiveWriter } from '../../recorder/live-writer.ts'
import { dropPrivileges } from '../../recorder/privileges.ts'
import { Recorder } from '../../recorder/recorder.ts'
import { runTicks } from '../../recorder/ticks.ts'
import { exitCode } from '../exit-code.ts'
import { keepHeapSmall } from '../lean-memory.ts'
import { liveHello } from './live-hello.ts'
import { liveStreamFd } from './recorder-request.ts'

/**
 * The process that captures for one monitor: opens the source with the privileges it was started with, drops them,
 * and sends what it sees until its reader goes.
 */
export async function runPrivateRecorder(request: SourceRequest): Promise<number> {
  keepHeapSmall()
  const stream = new Socket({ fd: liveStreamFd })
  stream.resume()
  const reader = new LiveWriter(stream)
  const gone = new AbortController()
  reader.onGone(() => gone.abort())
  const readers = new LiveReaders(liveHello())
  try {
    const source = openSource(request)
    dropPrivileges(source.status().source)
    const recorder = new Recorder({ source, readers, timers: defaultTimers, clocks: hostClocks })
    recorder.attach(reader)
    await runTicks(recorder, gone.signal)
    source.close()
    return exitCode.ok
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error
    const { code, message, next } = error
    reader.send({ kind: 'failure', failure: { code, message, next } })
    await reader.end()
    return exitCode.failed
  } finally {
    // An open stream would keep the process, and its reader waiting, also after a crash.
    stream.destroy()
  }
}
