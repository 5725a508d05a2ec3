import { Socket } from 'node:net'
import { HostError } from '../../host/host-error.ts'
import { wholeLookRules } from '../../host/live-mirror.ts'
import { LiveSession } from '../../host/live-session.ts'
import { followOpacity } from '../../host/opacity/watch-opacity.ts'
import { millis } from '../../model/quantity.ts'
import type { Session } from '../../query/session.ts'
import { dropPrivileges } from '../../recorder/privileges.ts'
import { exitCode } from '../exit-code.ts'
import { isExplained } from '../explained-error.ts'
import { liveStreamFd } from '../recording/recorder-request.ts'
import { encodePacketsLine, type PacketsLine } from './packets-line.ts'

/**
 * The process that reads packets for one monitor: opens the interfaces with the privileges it was started with, drops
 * them, and prints what it sees beside the flows that it is told, until they end.
 */
export async function runPrivatePackets(): Promise<number> {
  const session = new LiveSession(new Socket({ fd: liveStreamFd }), wholeLookRules)
  try {
    for await (const opacity of followOpacity(session, () => dropPrivileges('packets')))
      print({ kind: 'seen', opacity })
    return exitCode.ok
  } catch (error) {
    if (!isExplained(error)) throw error
    print({ kind: 'refused', message: error.message, next: error.next })
    await endOf(session)
    return exitCode.failed
  } finally {
    session.close()
  }
}

const print = (line: PacketsLine) => process.stdout.write(encodePacketsLine(line))

/** What was sent before whoever sends it knew must not be left for the next one of us. */
async function endOf(session: Session): Promise<void> {
  try {
    for await (const { coverage } of session.watch({ kind: 'totals', by: [] }, millis(0)))
      if (coverage.stale !== undefined) return
  } catch (error) {
    // It ended before its first tick.
    if (!(error instanceof HostError)) throw error
  }
}
