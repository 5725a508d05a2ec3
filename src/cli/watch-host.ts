import { HostError } from '../host/host-error.ts'
import { screenRules, wholeLookRules } from '../host/live-mirror.ts'
import { seconds } from '../model/quantity.ts'
import type { Arguments } from './arguments.ts'
import { parseDuration } from './duration.ts'
import { exitCode } from './exit-code.ts'
import { becomeUser, invokingUser } from './invoking-user.ts'
import { once, type OutputFormat } from './once.ts'
import type { SourceRequest } from '../capture/open-source.ts'
import { startRecorder, type PrivateRecorder } from './start-recorder.ts'
import { UsageError } from './usage-error.ts'
import { filtered, parseWhere } from './where.ts'

/** The monitor, or with --once its output for scripts. */
export async function watchHost({ options }: Arguments): Promise<number> {
  const oneLook = options.has('once')
  const where = parseWhere(options.get('where'))
  if (!oneLook) refuseWithoutTerminal(options)
  const rules = oneLook ? wholeLookRules : screenRules
  const recorder = filtered(startRecorder(recorderRequest(options), rules), where)
  // From here on nothing needs root: the recorder has its own process.
  const user = invokingUser(process.env)
  if (user) becomeUser(user)
  try {
    if (oneLook) return await lookOnce(recorder, options)
    const { showMonitor } = await import('./show-monitor.ts')
    return await showMonitor(recorder, options)
  } catch (error) {
    if (!(error instanceof HostError)) throw error
    return explainFailure(error, recorder)
  } finally {
    recorder.session.close()
  }
}

type Options = Arguments['options']

function refuseWithoutTerminal(options: Options): void {
  for (const only of ['for', 'format'] as const)
    if (options.has(only)) throw new UsageError(`--${only} goes with --once`)
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new UsageError(
      'the monitor needs a terminal on stdin and stdout; use --once for scripts, with --format json or table',
    )
}

function recorderRequest(options: Options): SourceRequest {
  const replay = options.get('replay')
  const recordSamples = options.get('record-samples')
  if (replay !== undefined && options.has('source'))
    throw new UsageError('--replay takes the place of --source')
  return {
    source:
      replay === undefined
        ? ((options.get('source') ?? 'auto') as SourceRequest['source'])
        : 'replay',
    actor: options.has('actor'),
    ...(replay === undefined ? {} : { replay }),
    ...(recordSamples === undefined ? {} : { recordSamples }),
  }
}

async function lookOnce(recorder: PrivateRecorder, options: Options): Promise<number> {
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

function explainFailure(error: HostError, recorder: PrivateRecorder): number {
  const complaint = recorder.complaint()
  process.stderr.write(`e2etop: ${error.message}\n${complaint}${error.next}\n`)
  return exitCode.failed
}
