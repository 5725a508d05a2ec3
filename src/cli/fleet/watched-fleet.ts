import { FleetSession } from '../../fleet/live/fleet-session.ts'
import type { Arguments } from '../arguments.ts'
import type { WatchedRecorder } from '../watched-recorder.ts'
import { openFleet } from './open-fleet.ts'

/** The hosts of `-H` as one that is watched. @throws FleetError */
export async function watchedFleet(options: Arguments['options']): Promise<WatchedRecorder> {
  const session = new FleetSession(await openFleet(options))
  return { session, complaint: () => '' }
}
