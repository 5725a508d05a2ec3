import { HostError } from '../../host/host-error.ts'
import type { AskSecret } from '../../ui/monitor-options.ts'
import type { Session } from '../../query/session.ts'

/** A recorder that is watched: the host's, or one of our own, which is live only and ends with its stream. */
export interface WatchedRecorder {
  readonly session: Session
  /** The end of what a recorder of our own said on stderr: empty unless it crashed. */
  complaint(): string
  /** Of the host's own recorder: the group that may connect to it and read its log. */
  readonly group?: number
  /** Of hosts whose connections may need a passphrase: who asks for it from now on. */
  readonly takeQuestions?: (ask: AskSecret) => void
}

/** The same error with the last words of a recorder of our own. */
export function withComplaint(error: unknown, recorder: WatchedRecorder | undefined): unknown {
  const said = recorder?.complaint() ?? ''
  if (!(error instanceof HostError) || said === '') return error
  return new HostError(error.code, error.message, error.next, said)
}
