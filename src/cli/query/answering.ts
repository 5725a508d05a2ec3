import { once } from 'node:events'
import { hostname } from 'node:os'
import { localAsking } from '../../host/local-asking.ts'
import { hostTime, type HostTime } from '../../model/quantity.ts'
import type { Asking, AskingOptions } from '../../query/asking.ts'
import type { Arguments } from '../arguments.ts'
import { askedSources } from '../asked-sources.ts'
import { progressLine } from './progress-line.ts'
import { readingProgress } from './reading-progress.ts'

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
  const print = (text: string) => {
    progress.clear()
    return process.stdout.write(text)
  }
  let asking: Asking | undefined
  try {
    asking = await askedHosts(options)
    return await command({
      asking,
      options: {
        interrupted: interrupt.signal,
        onProgress: (reading) =>
          progress.show(() => `${readingProgress(reading)}; Ctrl-C gives what was found`),
      },
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
      width: process.stdout.columns ?? (Number(process.env['COLUMNS']) || 120),
    })
  } catch (error) {
    progress.clear()
    throw error
  } finally {
    asking?.close()
  }
}

/** Who answers, until it is closed. @throws HostError @throws FleetError */
export async function askedHosts(options: Arguments['options']): Promise<Asking> {
  if (options.has('hosts')) {
    const { askedFleet } = await import('../fleet/asked-fleet.ts')
    return askedFleet(options)
  }
  return localAsking(await askedSources(options, hostname()))
}

export const askedAt = (): HostTime => hostTime(Date.now())
