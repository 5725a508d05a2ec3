import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { openLiveStream } from '../host/live-stream.ts'
import type { QuestionSources } from '../host/question-sources.ts'
import { hearStatus } from '../host/recorder-status.ts'
import { limits } from '../model/limits.ts'
import { hostTime, millis } from '../model/quantity.ts'
import type { Arguments } from './arguments.ts'
import { defaultDataDirectory, defaultLiveSocket } from './places.ts'

/**
 * What this host answers from: its recorder, where one runs and this user may hear it, and the flow log of --data-dir,
 * else the recorder's. A log that is named may be of another host, which the recorder here knows nothing of.
 * @throws HostError
 */
export async function hostSources(options: Arguments['options']): Promise<QuestionSources> {
  const heard = await hear(options.get('socket') ?? defaultLiveSocket)
  const told = typeof heard === 'string' ? undefined : heard.status.recording?.directory
  const log = resolve(options.get('data-dir') ?? told ?? defaultDataDirectory)
  const isItsLog = options.has('socket') || log === (told ?? defaultDataDirectory)
  return {
    host: hostname(),
    log,
    live: isItsLog ? heard : 'none',
    at: hostTime(Date.now()),
    clock: () => millis(performance.now()),
  }
}

async function hear(socket: string): Promise<QuestionSources['live']> {
  const live = await openLiveStream(socket)
  switch (live.kind) {
    case 'none':
      return 'none'
    case 'refused':
      return 'unheard'
    case 'open': {
      const { hello, status, unlogged } = await hearStatus(live.stream, millis(limits.statusWaitMs))
      return { bootId: hello.bootId.replaceAll('-', ''), status, unlogged }
    }
  }
}
