import { statSync } from 'node:fs'
import { HostError } from '../../host/host-error.ts'
import {
  attachedLookRules,
  attachedScreenRules,
  screenRules,
  wholeLookRules,
} from '../../host/live-mirror.ts'
import { LiveSession } from '../../host/live-session.ts'
import { openLiveStream } from '../../host/live-stream.ts'
import { noPast, pastFromLog } from '../../host/past-flows.ts'
import { nobodyListens, ReconnectingSession } from '../../host/reconnecting-session.ts'
import { limits } from '../../model/limits.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { defaultLiveSocket } from '../places.ts'
import { sourceRequest } from './source-request.ts'
import { startRecorder } from './start-recorder.ts'
import type { WatchedRecorder } from './watched-recorder.ts'

/** What to watch it for. */
export type Purpose = 'screen' | 'look'

/** Options that ask for a source of our own. */
const ownSource = ['source', 'replay', 'demo', 'record-samples', 'actor'] as const

/**
 * Attaches to the recorder that this host runs, where there is one that answers this user; else starts one for
 * this look. @throws HostError where a socket is named and no recorder answers there
 */
export async function watchRecorder(
  options: Arguments['options'],
  purpose: Purpose,
): Promise<WatchedRecorder> {
  const request = sourceRequest(options)
  const asksForOwn = ownSource.some((name) => options.has(name))
  const attached = asksForOwn ? undefined : await attach(options.get('socket'), purpose)
  if (attached) return attached
  return startRecorder(request, purpose === 'look' ? wholeLookRules : screenRules)
}

async function attach(
  named: string | undefined,
  purpose: Purpose,
): Promise<WatchedRecorder | undefined> {
  const path = named ?? defaultLiveSocket
  const connect = () => connectTo(path, purpose)
  try {
    const first = await connect()
    const session = purpose === 'look' ? first : new ReconnectingSession(first, connect)
    return { session, complaint: () => '', group: statSync(path).gid }
  } catch (error) {
    const isNone = error instanceof HostError && [nobodyListens, noAnswer].includes(error.code)
    if (named === undefined && isNone) return undefined
    throw error
  }
}

const noAnswer = 'no-answer'

/** A session that has answered. @throws HostError where there is none to answer this user */
async function connectTo(path: string, purpose: Purpose): Promise<LiveSession> {
  const live = await openLiveStream(path)
  switch (live.kind) {
    case 'none':
      throw noRecorder(path, 'nobody listens there', nobodyListens)
    case 'refused':
      throw noRecorder(path, 'you may not connect to it')
    case 'open': {
      const past = pastFromLog(attachedScreenRules.endedFor)
      const session =
        purpose === 'look'
          ? new LiveSession(live.stream, attachedLookRules, noPast)
          : new LiveSession(live.stream, attachedScreenRules, past)
      const why = await whyNoAnswer(session)
      if (why === undefined) return session
      session.close()
      throw noRecorder(path, why)
    }
  }
}

const noRecorder = (path: string, why: string, code = noAnswer) =>
  new HostError(
    code,
    `no recorder answers at ${path}: ${why}`,
    'Leave out --socket to watch without a recorder, or see `e2etop status`.',
  )

/**
 * Undefined once it has answered. A recorder that is stopped accepts connections and says nothing; one that has too
 * many readers, or is of a later version, says so.
 */
async function whyNoAnswer(session: LiveSession): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<string>((resolve) => {
    const { statusWaitMs } = limits
    timer = setTimeout(resolve, statusWaitMs, `it has said nothing for ${statusWaitMs / 1000} s`)
  })
  const first = session.ask({ kind: 'totals', by: [] }).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
  const why = await Promise.race([first, patience])
  clearTimeout(timer)
  return why
}
