import { watchOpacity } from '../../host/opacity/watch-opacity.ts'
import { seconds } from '../../model/quantity.ts'
import type { Opacity } from '../../query/opacity.ts'
import type { Coverage } from '../../query/session.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { parseDuration } from '../command-line/duration.ts'
import { exitCode } from '../exit-code.ts'
import { becomeUser, invokingUser } from '../invoking-user.ts'
import { whatIsMissing } from '../recording/once.ts'
import { unseenPackets } from '../../ui/text/opacity-words.ts'
import { opacityLines, opacityTables } from './opacity-listing.ts'
import { watchRecorder } from '../recording/watch-recorder.ts'
import { withComplaint, type WatchedRecorder } from '../recording/watched-recorder.ts'

/** Prints what the network sees of this host beside what its sockets know: 0 whole, 3 short of the truth, 1 failed. */
export async function opacity({ options }: Arguments): Promise<number> {
  const interrupt = new AbortController()
  process.once('SIGINT', () => interrupt.abort())
  const asked = options.get('for')
  let recorder: WatchedRecorder | undefined
  try {
    recorder = await watchRecorder(options, 'look')
    const { group } = recorder
    const { opacity: found, coverage } = await watchOpacity(recorder.session, {
      look: asked === undefined ? seconds(10) : parseDuration(asked, '--for'),
      interface: options.get('interface'),
      interrupted: interrupt.signal,
      onOpened() {
        const user = invokingUser(process.env)
        if (user) becomeUser(user, group)
      },
    })
    const format = options.get('format') ?? (process.stdout.isTTY ? 'table' : 'json')
    process.stdout.write((format === 'json' ? opacityLines : opacityTables)(found, coverage))
    return explained(found, coverage, interrupt.signal.aborted)
  } catch (error) {
    throw withComplaint(error, recorder)
  } finally {
    recorder?.session.close()
  }
}

function explained(found: Opacity, coverage: Coverage, wasInterrupted: boolean): number {
  const missing = [
    ...(wasInterrupted ? ['interrupted: the look was shorter than asked for'] : []),
    ...unseenPackets(found),
    ...whatIsMissing(coverage),
  ]
  for (const line of missing) process.stderr.write(`e2etop: ${line}\n`)
  return missing.length > 0 ? exitCode.partial : exitCode.ok
}
