import { once } from 'node:events'
import { hostname } from 'node:os'
import { FleetError } from '../../fleet/fleet-error.ts'
import { HostError } from '../../host/host-error.ts'
import { hearSources, localAsking } from '../../host/local-asking.ts'
import { LogError } from '../../log/log-error.ts'
import { hostTime, type HostTime } from '../../model/quantity.ts'
import type { Asking, AskingOptions } from '../../query/asking.ts'
import { readerGroup } from '../../recorder/privileges.ts'
import type { Arguments } from '../arguments.ts'
import { exitCode } from '../exit-code.ts'
import { defaultDataDirectory, defaultLiveSocket } from '../places.ts'
import { progressLine } from './progress-line.ts'

export type OutputFormat = 'table' | 'json' | 'csv'

/** What a command is given to answer with. */
export interface Answering {
  readonly asking: Asking
  readonly options: AskingOptions & { readonly interrupted: AbortSignal }
  /** When it was asked. */
  readonly at: HostTime
  readonly format: OutputFormat
  readonly print: (text: string) => void
  /** The same of what is much: resolves when its reader has taken most of it. */
  readonly printed: (text: string) => Promise<void>
  /** For what belongs beside the data: stdout is data only. */
  readonly explain: (line: string) => void
  /** Cells of a line. */
  readonly width: number
}

/** Who answers, until it is closed. */
export interface AskedHosts {
  readonly asking: Asking
  readonly close: () => void
}

type Command = (answering: Answering) => Promise<number>

/**
 * Calls a command that answers from the flows of this host, with whatever it is asked to answer from, and gives the
 * exit code. Ctrl-C ends the answer early with what was found; a second one ends the program.
 */
export async function answering(
  { options }: Arguments,
  at: HostTime,
  command: Command,
): Promise<number> {
  const interrupt = new AbortController()
  process.once('SIGINT', () => interrupt.abort())
  const progress = progressLine(process.stderr)
  const format = options.get('format') as OutputFormat | undefined
  let asked: AskedHosts | undefined
  const print = (text: string) => {
    progress.clear()
    return process.stdout.write(text)
  }
  try {
    asked = await askedHosts(options)
    return await command({
      asking: asked.asking,
      options: { interrupted: interrupt.signal, onProgress: progress.show },
      at,
      format: format ?? (process.stdout.isTTY ? 'table' : 'json'),
      print,
      async printed(text) {
        if (!print(text)) await once(process.stdout, 'drain')
      },
      explain(line) {
        progress.clear()
        process.stderr.write(`${line}\n`)
      },
      width: process.stdout.columns ?? 120,
    })
  } catch (error) {
    progress.clear()
    return explained(error)
  } finally {
    asked?.close()
  }
}

/** @throws HostError @throws FleetError */
async function askedHosts(options: Arguments['options']): Promise<AskedHosts> {
  if (options.has('hosts')) {
    const { fleetAsking } = await import('../fleet/fleet-asking.ts')
    return fleetAsking(options)
  }
  const sources = await hearSources({
    host: hostname(),
    socket: options.get('socket') ?? defaultLiveSocket,
    log: options.get('data-dir'),
    usualLog: defaultDataDirectory,
  })
  return { asking: localAsking(sources), close: () => {} }
}

function explained(error: unknown): number {
  if (error instanceof FleetError) {
    process.stderr.write(`e2etop: ${error.message}\n${error.next}\n`)
    return exitCode.failed
  }
  if (!(error instanceof HostError || error instanceof LogError)) throw error
  const next =
    error.code === 'not permitted'
      ? `Members of the group ${readerGroup} may read it: usermod -aG ${readerGroup} USER, then log in again; or ask as root.`
      : error.next
  process.stderr.write(`e2etop: ${error.message}\n${next}\n`)
  return exitCode.failed
}

export const askedAt = (): HostTime => hostTime(Date.now())
