import { hostname } from 'node:os'
import { answerQuestion } from '../host/answer-question.ts'
import { HostError } from '../host/host-error.ts'
import { hearSources } from '../host/local-asking.ts'
import { serveConsole } from '../host/serve/serve-console.ts'
import { RefusedError, type Asked, type Served } from '../host/serve/served.ts'
import { LogError } from '../log/log-error.ts'
import { limits } from '../model/limits.ts'
import { hostTime, millis, type Millis } from '../model/quantity.ts'
import { encodePartial } from '../query/encoding/partial-bytes.ts'
import { decodeQuestion } from '../query/encoding/question-bytes.ts'
import type { Question } from '../query/question.ts'
import { decodeLiveQuery } from '../query/serve/live-query.ts'
import { encodeLiveAnswer } from '../query/serve/live-answer.ts'
import { spoken } from '../query/serve/opening.ts'
import type { Arguments } from './arguments.ts'
import { exitCode } from './exit-code.ts'
import { defaultDataDirectory, defaultLiveSocket } from './places.ts'
import { UsageError } from './usage-error.ts'
import { version } from './version.ts'
import { watchRecorder } from './watch-recorder.ts'
import type { WatchedRecorder } from './watched-recorder.ts'

/** Answers the console at the other end of stdin and stdout, with the rights of the user who runs it. */
export async function serve({ options }: Arguments): Promise<number> {
  if (!options.has('stdio')) throw new UsageError('serve needs --stdio')
  const host = new ServedHost(options)
  const end = await serveConsole(
    { input: process.stdin, output: process.stdout },
    {
      greeting: { ...spoken, version, host: hostname() },
      served: host,
      now: () => hostTime(Date.now()),
    },
  )
  await host.close()
  process.stdin.destroy()
  if (end.kind === 'gone') return exitCode.ok
  process.stderr.write(`e2etop: what the console says is not understood: ${end.why}\n`)
  return exitCode.usage
}

/** This host's log and its recorder, which is only looked for when a view is asked for. */
class ServedHost implements Served {
  readonly #options: Arguments['options']
  #recorder: Promise<WatchedRecorder> | undefined

  constructor(options: Arguments['options']) {
    this.#options = options
  }

  async answer({ question: bytes, deadline, stop, as }: Asked): Promise<Uint8Array> {
    const decoded = decodeQuestion(bytes)
    if (!decoded.ok) throw new RefusedError('malformed', decoded.why)
    const question = withinLimits(decoded.question, deadline)
    return refusing(async () => {
      const sources = await hearSources({
        host: as,
        socket: this.#options.get('socket') ?? defaultLiveSocket,
        log: this.#options.get('data-dir'),
        usualLog: defaultDataDirectory,
      })
      const partial = await answerQuestion(question, { ...sources, interrupted: stop })
      return encodePartial(question, partial)
    })
  }

  async *watch(bytes: Uint8Array, every: Parameters<Served['watch']>[1]) {
    const decoded = decodeLiveQuery(bytes)
    if (!decoded.ok) throw new RefusedError('malformed', decoded.why)
    this.#recorder ??= watchRecorder(this.#options, 'screen')
    const recorder = this.#recorder
    const { session } = await refusing(() => recorder)
    const answers = session.watch(decoded.query, every)[Symbol.asyncIterator]()
    try {
      for (;;) {
        const next = await refusing(() => answers.next())
        if (next.done) return
        yield encodeLiveAnswer(next.value)
      }
    } finally {
      await answers.return?.()
    }
  }

  async close(): Promise<void> {
    const recorder = await this.#recorder?.catch(() => undefined)
    recorder?.session.close()
  }
}

/** A console may lower the limits of a host, and not raise them. */
function withinLimits(question: Question, deadline: Millis): Question {
  const { rows, bytes, groups, time, memory } = question.budget
  const budget = {
    rows,
    bytes,
    groups: Math.min(groups, limits.queryGroupsMax),
    time: millis(Math.min(time, deadline, limits.queryTimeMs)),
    memory: Math.min(memory, limits.queryMemoryBytes),
  }
  return { ...question, budget, groupsSent: Math.min(question.groupsSent, limits.partialGroupsMax) }
}

/** What this host cannot do is told to the console, and is no fault. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof HostError || error instanceof LogError)
      throw new RefusedError(error.code, error.message, error)
    throw error
  }
}
