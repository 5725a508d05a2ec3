import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { limits } from '../model/limits.ts'
import { hostTime, millis } from '../model/quantity.ts'
import type { Asking } from '../query/asking.ts'
import { answerQuestion, answerWithBins } from './answer-question.ts'
import { HostError } from './host-error.ts'
import { openLiveStream } from './live-stream.ts'
import type { HeardLive, HostSources } from './question-sources.ts'
import { readRecords } from './read-records.ts'
import { hearStatus } from './recorder-status.ts'

/** Where a host keeps what questions are answered from. */
export interface HostPlaces {
  /** The host's name in answers. */
  readonly host: string
  /** The live socket of a recorder that is named; else the usual one, if it is of the log that is named. */
  readonly socket: string | undefined
  readonly usualSocket: string
  /** The flow log that was asked for; where none was, the one that the recorder names, else the usual one. */
  readonly log: string | undefined
  readonly usualLog: string
}

/**
 * What a host can answer from at this moment: its log, and what its recorder tells. @throws HostError where there is
 * neither, or a recorder answers in a way that is not understood
 */
export async function hearSources(places: HostPlaces): Promise<HostSources> {
  const heard = await hearLive(places.socket ?? places.usualSocket)
  const told = typeof heard === 'string' ? undefined : heard.status.recording?.directory
  const directory = resolve(places.log ?? told ?? places.usualLog)
  // A log that is named may be of another host, of which the recorder here knows nothing.
  const isItsLog = places.socket !== undefined || directory === (told ?? places.usualLog)
  const live = isItsLog ? heard : 'none'
  const log = existsSync(directory) ? directory : undefined
  if (log === undefined && (typeof live === 'string' || places.log !== undefined))
    throw nothingToAnswerFrom(directory, live)
  const clock = () => millis(performance.now())
  return { host: places.host, log, live, at: hostTime(Date.now()), clock }
}

async function hearLive(socket: string): Promise<HostSources['live']> {
  const opened = await openLiveStream(socket)
  switch (opened.kind) {
    case 'none':
      return 'none'
    case 'refused':
      return 'unheard'
    case 'open': {
      const { hello, status, unlogged } = await hearStatus(
        opened.stream,
        millis(limits.statusWaitMs),
      )
      return { bootId: hello.bootId.replaceAll('-', ''), status, unlogged } satisfies HeardLive
    }
  }
}

function nothingToAnswerFrom(directory: string, live: HostSources['live']): HostError {
  const recorder = typeof live === 'string' && live === 'none' ? ', and no recorder runs' : ''
  return new HostError(
    'no log',
    `there is no flow log at ${directory}${recorder}`,
    'Keep one with `sudo e2etop install-service`, or name another with --data-dir.',
  )
}

/** Answers of this host, all of the same moment. */
export function localAsking(sources: HostSources): Asking {
  return {
    async ask(question, options) {
      return { partial: await answerQuestion(question, { ...sources, ...options }), silent: [] }
    },
    askWithBins: (question, overall, options) =>
      answerWithBins(question, overall, { ...sources, ...options }),
    records: (question, options) => readRecords(question, { ...sources, ...options }),
    states: () => [],
    close: () => {},
  }
}
