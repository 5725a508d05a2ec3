import { FleetAsking } from '../../fleet/fleet-asking.ts'
import { FleetSession } from '../../fleet/live/fleet-session.ts'
import { PastSession } from '../../host/past-session.ts'
import type { Arguments } from '../arguments.ts'
import type { WatchedRecorder } from '../watched-recorder.ts'
import { openFleet } from './open-fleet.ts'

/** The hosts of `-H` as one that is watched, now and in what each of them has recorded. @throws FleetError */
export async function watchedFleet(options: Arguments['options']): Promise<WatchedRecorder> {
  const fleet = await openFleet(options)
  const past = () => Promise.resolve(new FleetAsking(fleet, { isShared: true }))
  return { session: new PastSession(new FleetSession(fleet), past), complaint: () => '' }
}
