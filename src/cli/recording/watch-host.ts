import { hostname } from 'node:os'
import { localAsking } from '../../host/local-asking.ts'
import { PastSession } from '../../host/past-session.ts'
import { ReverseNames } from '../../names/reverse-names.ts'
import { systemLookUp } from '../../names/system-resolver.ts'
import { seconds } from '../../model/quantity.ts'
import type { Session } from '../../query/session.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { askedSources } from '../serving/asked-sources.ts'
import { parseDuration } from '../command-line/duration.ts'
import { becomeUser, invokingUser } from '../invoking-user.ts'
import { keepHeapSmall } from '../lean-memory.ts'
import { once, type OutputFormat } from './once.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { watchRecorder } from './watch-recorder.ts'
import { withComplaint, type WatchedRecorder } from './watched-recorder.ts'
import { filtered, parseWhere } from '../command-line/where.ts'
import { watchedPackets, type WatchedPackets } from '../wire/watched-packets.ts'

/** The monitor, or with --once its output for scripts. */
export async function watchHost({ command, options }: Arguments): Promise<number> {
  const oneLook = options.has('once')
  const where = parseWhere(options.get('where'))
  if (!oneLook) refuseWithoutTerminal(options)
  else if (options.has('hosts'))
    throw new UsageError('--once is of this host; `e2etop flows -H ...` lists records of many')
  let recorder: WatchedRecorder | undefined
  let packets: WatchedPackets | undefined
  try {
    recorder = await watched(options, oneLook)
    if (!oneLook && command !== 'board') packets = watchedPackets(recorder.session, options)
    if (!oneLook) keepHeapSmall()
    // While the recorder starts; and before we are another user, to whom our files may not be readable.
    const screen = oneLook ? undefined : await import('../rooms/screen.ts')
    // From here on nothing needs root: recorder and packets have processes of their own.
    const user = invokingUser(process.env)
    if (user) becomeUser(user, recorder.group)
    if (!screen) return await lookOnce(filtered(recorder, where), options)
    if (!packets) return await screen.showBoard(recorder.session, options, where)
    const session = withPast(recorder.session, options)
    const { takeQuestions } = recorder
    return await screen.showMonitor(session, options, {
      where,
      names: namesOf(options),
      takeQuestions,
      packets: packets.packets,
    })
  } catch (error) {
    throw withComplaint(error, recorder)
  } finally {
    packets?.close()
    recorder?.session.close()
  }
}

type Options = Arguments['options']

/** This host's recorder, or those of the hosts of -H. @throws HostError @throws FleetError */
async function watched(options: Options, oneLook: boolean): Promise<WatchedRecorder> {
  if (!options.has('hosts')) return watchRecorder(options, oneLook ? 'look' : 'screen')
  const { watchedFleet } = await import('../rooms/fleet.ts')
  return watchedFleet(options)
}

/** The same, with what was recorded before; an invented host has no past, and hosts of -H have theirs already. */
function withPast(session: Session, options: Options): Session {
  if (options.has('demo') || options.has('replay') || options.has('hosts')) return session
  return new PastSession(session, async () => localAsking(await askedSources(options, hostname())))
}

/** Of an invented host, or one of another day, addresses mean nothing to the name servers of here and now. */
const namesOf = (options: Options): ReverseNames | undefined =>
  options.has('demo') || options.has('replay')
    ? undefined
    : new ReverseNames(systemLookUp(), Date.now)

function refuseWithoutTerminal(options: Options): void {
  for (const only of ['for', 'format'] as const)
    if (options.has(only)) throw new UsageError(`--${only} goes with --once`)
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new UsageError(
      'the monitor needs a terminal on stdin and stdout; use --once for scripts, with --format json or table',
    )
}

async function lookOnce(recorder: WatchedRecorder, options: Options): Promise<number> {
  const interrupt = new AbortController()
  process.once('SIGINT', () => interrupt.abort())
  const asked = options.get('for')
  return once(recorder.session, {
    look: asked === undefined ? seconds(1) : parseDuration(asked, '--for'),
    format: (options.get('format') ?? (process.stdout.isTTY ? 'table' : 'json')) as OutputFormat,
    print: (text) => void process.stdout.write(text),
    explain: (line) => void process.stderr.write(`e2etop: ${line}\n`),
    interrupted: interrupt.signal,
  })
}
