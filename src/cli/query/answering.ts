import { hostname } from 'node:os'
import { hearSources, localAsking } from '../../host/local-asking.ts'
import { hostTime, type HostTime } from '../../model/quantity.ts'
import type { Asking, AskingOptions } from '../../query/asking.ts'
import type { Arguments } from '../arguments.ts'
import { defaultDataDirectory, defaultLiveSocket } from '../places.ts'
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
  try {
    return await command({
      asking: await askedHosts(options),
      options: {
        interrupted: interrupt.signal,
        onProgress: (reading) =>
          progress.show(() => `${readingProgress(reading)}; Ctrl-C gives what was found`),
      },
      at,
      format: format ?? (process.stdout.isTTY ? 'table' : 'json'),
      print(text) {
        progress.clear()
        process.stdout.write(text)
      },
      explain(line) {
        progress.clear()
        process.stderr.write(`${line}\n`)
      },
      width: process.stdout.columns ?? 120,
    })
  } catch (error) {
    progress.clear()
    throw error
  }
}

/** Who answers. @throws HostError */
export async function askedHosts(options: Arguments['options']): Promise<Asking> {
  const sources = await hearSources({
    host: hostname(),
    socket: options.get('socket') ?? defaultLiveSocket,
    log: options.get('data-dir'),
    usualLog: defaultDataDirectory,
  })
  return localAsking(sources)
}

export const askedAt = (): HostTime => hostTime(Date.now())
