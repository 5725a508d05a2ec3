import { HostError } from '../host/host-error.ts'
import {
  attachedLookRules,
  attachedScreenRules,
  screenRules,
  wholeLookRules,
} from '../host/live-mirror.ts'
import { LiveSession } from '../host/live-session.ts'
import { openLiveStream } from '../host/live-stream.ts'
import { noPast, pastFromLog } from '../host/past-flows.ts'
import { limits } from '../model/limits.ts'
import type { Session } from '../query/session.ts'
import type { Arguments } from './arguments.ts'
import { defaultLiveSocket } from './places.ts'
import { sourceRequest } from './source-request.ts'
import { startRecorder } from './start-recorder.ts'
import type { WatchedRecorder } from './watched-recorder.ts'

/** What to watch it for. */
export type Purpose = 'screen' | 'look'

/** Options that ask for a source of our own. */
const ownSource = ['source', 'replay', 'record-samples', 'actor'] as const

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
  const session = asksForOwn ? undefined : await attach(options.get('socket'), purpose)
  if (session) return { session, complaint: () => '' }
  return startRecorder(request, purpose === 'look' ? wholeLookRules : screenRules)
}

async function attach(named: string | undefined, purpose: Purpose): Promise<Session | undefined> {
  const path = named ?? defaultLiveSocket
  const live = await openLiveStream(path)
  if (live.kind === 'open') {
    const session =
      purpose === 'look'
        ? new LiveSession(live.stream, attachedLookRules, noPast)
        : new LiveSession(
            live.stream,
            attachedScreenRules,
            pastFromLog(attachedScreenRules.endedFor),
          )
    if (await answers(session)) return session
    session.close()
  }
  if (named === undefined) return undefined
  const why = {
    none: 'nobody listens there',
    refused: 'you may not connect to it',
    open: `it has said nothing for ${limits.statusWaitMs / 1000} s`,
  }[live.kind]
  const next = 'Leave out --socket to watch without a recorder, or see `e2etop status`.'
  throw new HostError('socket', `no recorder answers at ${path}: ${why}`, next)
}

/** A recorder that is stopped accepts connections and says nothing; one that has too many readers says so. */
async function answers(session: Session): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), limits.statusWaitMs)
  })
  const first = session.ask({ kind: 'totals', by: [] }).then(
    () => true,
    () => false,
  )
  const answered = await Promise.race([first, patience])
  clearTimeout(timer)
  return answered
}
