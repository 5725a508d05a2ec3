import type { CaptureSource } from '../capture/source.ts'
import type { TimerRules } from '../flow-table/timer-rules.ts'
import type { Hello } from '../model/live-message.ts'
import type { RecorderConfig } from './config.ts'
import { prepareDataDirectory } from './data-directory.ts'
import { hashKey } from './hash-key.ts'
import { hostClocks } from './host-clocks.ts'
import { hostIdentity } from './host-identity.ts'
import { LiveReaders } from './live-readers.ts'
import { adoptLiveSocket, bindLiveSocket, type LiveSocket } from './live-socket.ts'
import { LiveWriter } from './live-writer.ts'
import { dropPrivileges, recorderAccount, recorderUser } from './privileges.ts'
import { privacyOf, type Privacy } from './privacy.ts'
import { RecordLog } from './record-log.ts'
import { Recorder } from './recorder.ts'
import type { ServiceManager } from './service-manager.ts'
import { runTicks } from './ticks.ts'

export interface DaemonOptions {
  readonly openSource: () => CaptureSource
  readonly directory: string
  /** A path to bind, or the descriptor of a socket that systemd bound. */
  readonly socket: string | number
  /** Reads the config, also for a reload. @throws RecorderError `config` */
  readonly readConfig: () => RecorderConfig
  readonly hello: Hello
  readonly manager: ServiceManager
  /** Aborted when the recorder is to stop. */
  readonly stop: AbortSignal
  /** Registers what a reload calls. */
  readonly onReload: (reload: () => void) => void
  /** A line for the operator. */
  readonly say: (line: string) => void
}

/**
 * Records until it is stopped. Whatever needs root comes first and in this order: the source, the socket, the
 * directory; then nothing is root any more and the log is opened.
 * @throws CaptureError, RecorderError, LogError where it cannot start, or cannot write its last records
 */
export async function runDaemon(options: DaemonOptions): Promise<void> {
  const { directory, manager, say, stop } = options
  const config = options.readConfig()
  const account = recorderAccount()
  const source = options.openSource()
  let socket: LiveSocket | undefined
  try {
    socket = await openLiveSocket(options.socket, account.gid)
    prepareDataDirectory(directory, account)
    if (process.geteuid?.() === 0 && account.name !== recorderUser)
      say(
        `there is no account ${recorderUser} (\`e2etop install-service\` makes it): recording as ${account.name}`,
      )
    dropPrivileges(source.status().source, account)
    const log = RecordLog.open(directory, hostIdentity(), config, hostClocks())
    const readers = new LiveReaders(options.hello)
    const timers = timersOf(config)
    const privacy = privacyFor(config, directory)
    const recorder = new Recorder({ source, readers, timers, clocks: hostClocks, log, privacy })
    socket.onReader((stream) => recorder.attach(new LiveWriter(stream)))
    options.onReload(() => reload(options, recorder, log))
    say(
      `recording from ${source.status().source} to ${directory} every ${config.exportTimer / 1000} s`,
    )
    const tellOfTrouble = onceAChange(log, say)
    await runTicks(recorder, stop, {
      first: () => manager.say('READY=1'),
      // Each second, whatever WATCHDOG_USEC asks for: the unit's is 30 s.
      each: () => {
        manager.say('WATCHDOG=1')
        tellOfTrouble()
      },
    })
    manager.say('STOPPING=1')
    recorder.stop()
    await readers.end()
  } finally {
    socket?.close()
    source.close()
    manager.close()
  }
}

/** Says when the log can no longer be written to, and when it can again: `status` is not asked every day. */
function onceAChange(log: RecordLog, say: (line: string) => void): () => void {
  let told = ''
  return () => {
    const { trouble } = log
    if (trouble === told) return
    told = trouble
    say(
      trouble === ''
        ? 'the log is written again'
        : `the log cannot be written: ${trouble}. Records wait in memory; \`e2etop status\` counts them`,
    )
  }
}

/** A config that is wrong changes nothing, because a recorder that stops at a typing error loses evidence. */
function reload({ readConfig, directory, say }: DaemonOptions, recorder: Recorder, log: RecordLog) {
  try {
    const config = readConfig()
    recorder.adopt(timersOf(config), privacyFor(config, directory))
    log.adopt(config)
    say('config read again')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    say(`config not changed: ${why}`)
  }
}

const openLiveSocket = (socket: string | number, gid: number): Promise<LiveSocket> =>
  typeof socket === 'string' ? bindLiveSocket(socket, gid) : adoptLiveSocket(socket)

const timersOf = ({ idleTimeout, exportTimer }: RecorderConfig): TimerRules => ({
  idleAfter: idleTimeout,
  exportEvery: exportTimer,
})

function privacyFor({ privacy, sampling }: RecorderConfig, directory: string): Privacy {
  const hashes = privacy.some(({ rule }) => rule === 'hash')
  return privacyOf(privacy, hashes ? hashKey(directory) : new Uint8Array(), sampling)
}
