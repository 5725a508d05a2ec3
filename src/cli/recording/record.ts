import { resolve } from 'node:path'
import { openSource } from '../../capture/open-source.ts'
import { limits } from '../../model/limits.ts'
import type { Millis } from '../../model/quantity.ts'
import type { RecorderConfig } from '../../recorder/config.ts'
import { runDaemon } from '../../recorder/daemon.ts'
import { serviceManager } from '../../recorder/service-manager.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { readConfigFile } from '../config-file.ts'
import { parseDuration } from '../command-line/duration.ts'
import { exitCode } from '../exit-code.ts'
import { keepHeapSmall } from '../lean-memory.ts'
import { liveHello } from './live-hello.ts'
import { defaultDataDirectory, defaultLiveSocket } from '../places.ts'
import { sourceRequest } from './source-request.ts'
import { UsageError } from '../command-line/usage-error.ts'

/** The first descriptor that systemd passes on (sd_listen_fds(3)). */
const firstPassedFd = 3

/** `e2etop record`: runs in the foreground until SIGTERM or SIGINT, as service managers want it. */
export async function record({ options }: Arguments): Promise<number> {
  const exportTimer = exportTimerOf(options.get('export-timer'))
  const request = sourceRequest(options)
  // Files and the live socket are for their owner and its group, whoever started us.
  process.umask(0o027)
  keepHeapSmall()
  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort())
  await runDaemon({
    openSource: () => openSource(request),
    directory: resolve(options.get('data-dir') ?? defaultDataDirectory),
    socket: passedSocket() ?? options.get('socket') ?? defaultLiveSocket,
    readConfig: (): RecorderConfig => {
      const config = readConfigFile(options.get('config'))
      return exportTimer === undefined ? config : { ...config, exportTimer }
    },
    hello: liveHello(),
    manager: serviceManager(process.env['NOTIFY_SOCKET']),
    stop: stop.signal,
    onReload: (reload) => process.on('SIGHUP', reload),
    say,
  })
  return exitCode.ok
}

/** stderr: under systemd that is the journal. */
const say = (line: string) => void process.stderr.write(`e2etop: ${line}\n`)

function exportTimerOf(text: string | undefined): Millis | undefined {
  if (text === undefined) return undefined
  const timer = parseDuration(text, '--export-timer')
  const { exportTimerMsMin: min, exportTimerMsMax: max } = limits
  if (timer < min || timer > max)
    throw new UsageError(`--export-timer is from ${min / 1000}s to ${max / 60_000}m, not '${text}'`)
  return timer
}

/** Variables of a parent that were meant for it name another process. */
function passedSocket(): number | undefined {
  const { LISTEN_PID: pid, LISTEN_FDS: count } = process.env
  return Number(pid) === process.pid && Number(count) >= 1 ? firstPassedFd : undefined
}
