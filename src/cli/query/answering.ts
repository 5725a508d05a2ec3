import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { localAsking } from '../../host/local-asking.ts'
import { hostTime, type HostTime } from '../../model/quantity.ts'
import type { Asking, AskingOptions } from '../../query/asking.ts'
import type { Since } from '../../query/shortfalls.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { askedSources } from '../serving/asked-sources.ts'
import { outputOf, type Output } from './output.ts'
import { shownWhile } from './progress-line.ts'
import { readingProgress, waitingProgress } from './reading-progress.ts'

/** What a command is given to answer with. */
export interface Answering extends Output {
  readonly asking: Asking
  readonly options: AskingOptions
  /** When it was asked. */
  readonly at: HostTime
  readonly since: Since
}

type Command = (answering: Answering) => Promise<number>

/**
 * Calls a command that answers from the flows of this host, or of those of -H, with whatever it is asked to answer from,
 * and gives the exit code. `prepare` reads what is asked at that moment. Ctrl-C ends the answer early with what was found;
 * a second one ends the program. @throws HostError @throws FleetError
 */
export async function answering(
  { options }: Arguments,
  prepare: (at: HostTime) => Command,
): Promise<number> {
  const interrupt = new AbortController()
  const { signal } = interrupt
  process.once('SIGINT', () => interrupt.abort())
  let kept: Asking | undefined
  try {
    const since = options.has('since') || options.has('until') ? 'asked' : 'usual'
    for (;;) {
      const at = askedAt()
      // Before any host is reached, as the question may be wrong.
      const command = prepare(at)
      const asking = kept ?? (await askedHosts(options))
      // One connection to each host for as long as the command lasts; this host is heard anew for each answer.
      if (options.has('hosts')) kept = asking
      const output = outputOf(options)
      if (options.has('follow') && output.format === 'table' && process.stdout.isTTY)
        output.print(homeAndClear)
      const { options: asked, done } = askedWith(output, signal)
      const how = { asking, at, since, options: asked } as const
      const code = await command({ ...output, ...how }).finally(done)
      if (!options.has('follow') || signal.aborted) return code
      await sleep(followEveryMs, undefined, { signal }).catch(() => undefined)
      // Whoever follows ends it so: there is nothing partial in it.
      if (signal.aborted) return code
    }
  } finally {
    kept?.close()
  }
}

const homeAndClear = '\x1b[H\x1b[J'
const followEveryMs = 2_000

const interruptible = (text: string) => `${text}; Ctrl-C gives what was found`

/** `done`: nothing is waited for any more. */
function askedWith(
  { progress }: Output,
  interrupted: AbortSignal,
): { readonly options: AskingOptions; readonly done: () => void } {
  let done = () => {}
  return {
    options: {
      interrupted,
      onProgress: (reading) => progress.show(() => interruptible(readingProgress(reading))),
      onWaiting: (hosts) => {
        done()
        const waiting = () => hosts.size > 0
        done = shownWhile(progress, waiting, () => interruptible(waitingProgress(hosts)))
      },
    },
    done: () => done(),
  }
}

/** Who answers, until it is closed. @throws HostError @throws FleetError */
export async function askedHosts(options: Arguments['options']): Promise<Asking> {
  if (options.has('hosts')) {
    const { askedFleet } = await import('../rooms/fleet.ts')
    return askedFleet(options)
  }
  return localAsking(await askedSources(options, hostname()))
}

export const askedAt = (): HostTime => hostTime(Date.now())
