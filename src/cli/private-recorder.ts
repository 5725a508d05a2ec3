import { readFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { hostname } from 'node:os'
import { CaptureError } from '../capture/capture-error.ts'
import { openSource, type SourceRequest } from '../capture/open-source.ts'
import type { CaptureSource } from '../capture/source.ts'
import { defaultTimers } from '../flow-table/timer-rules.ts'
import { liveProtocol } from '../model/live-message.ts'
import { hostTime } from '../model/quantity.ts'
import { LiveWriter } from '../recorder/live-writer.ts'
import { dropPrivileges } from '../recorder/privileges.ts'
import { Recorder } from '../recorder/recorder.ts'
import { exitCode } from './exit-code.ts'
import { liveStreamFd } from './recorder-request.ts'
import { version } from './version.ts'

const drainEveryMs = 100
const drainsPerTick = 10

/**
 * The process that captures: opens the source with the privileges it was started with, drops them, and sends what
 * it sees until its reader goes.
 */
export async function runPrivateRecorder(request: SourceRequest): Promise<number> {
  const stream = new Socket({ fd: liveStreamFd })
  const reader = new LiveWriter(stream)
  const readerGone = new Promise<void>((resolve) => {
    stream.on('error', () => resolve()) // EPIPE: the reader has gone, as 'close' would say
    stream.on('close', () => resolve())
    stream.resume()
  })
  try {
    reader.send({ kind: 'hello', hello: hello() })
    const source = openSource(request)
    dropPrivileges(source.status().source)
    await record(source, reader, readerGone)
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

/** Ticks until the reader is gone; the first at once, for the baselines of connections older than us. */
async function record(source: CaptureSource, reader: LiveWriter, readerGone: Promise<void>) {
  const now = () => hostTime(Date.now())
  const recorder = new Recorder({ source, reader, timers: defaultTimers, now })
  recorder.tick()
  let drains = 0
  const timer = setInterval(() => {
    if (++drains % drainsPerTick === 0) recorder.tick()
    else recorder.drain()
  }, drainEveryMs)
  await readerGone
  clearInterval(timer)
}

function hello() {
  return {
    protocol: liveProtocol,
    version,
    host: hostname(),
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
  }
}
