import { FleetAsking } from '../../fleet/fleet-asking.ts'
import { FleetSession } from '../../fleet/live/fleet-session.ts'
import { PastSession } from '../../host/past-session.ts'
import type { Arguments } from '../command-line/arguments.ts'
import type { WatchedRecorder } from '../recording/watched-recorder.ts'
import type { AskSecret } from '../../ui/monitor-options.ts'
import { askAtTerminal } from './ask-at-terminal.ts'
import { openFleet } from './open-fleet.ts'

/** The hosts of `-H` as one that is watched, now and in what each of them has recorded. @throws FleetError */
export async function watchedFleet(options: Arguments['options']): Promise<WatchedRecorder> {
  // At the terminal until the monitor has it.
  let asks: AskSecret = askAtTerminal
  const fleet = await openFleet(options, (question) => asks(question))
  const past = () => Promise.resolve(new FleetAsking(fleet, { isShared: true }))
  return {
    session: new PastSession(new FleetSession(fleet), past),
    complaint: () => '',
    takeQuestions: (ask) => (asks = ask),
  }
}
