import { hostname } from 'node:os'
import { HostError } from '../host/host-error.ts'
import { serveConsole } from '../host/serve/serve-console.ts'
import { RefusedError, type Served } from '../host/serve/served.ts'
import { hostTime } from '../model/quantity.ts'
import { decodeLiveQuery } from '../query/serve/live-query.ts'
import { encodeLiveAnswer } from '../query/serve/live-answer.ts'
import { spoken } from '../query/serve/opening.ts'
import type { Arguments } from './arguments.ts'
import { exitCode } from './exit-code.ts'
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

  answer(): Promise<Uint8Array> {
    return Promise.reject(new RefusedError('not here', 'it answers no questions yet'))
  }

  async *watch(bytes: Uint8Array, every: Parameters<Served['watch']>[1]) {
    const decoded = decodeLiveQuery(bytes)
    if (!decoded.ok) throw new RefusedError('malformed', decoded.why)
    try {
      this.#recorder ??= watchRecorder(this.#options, 'screen')
      const { session } = await this.#recorder
      for await (const answer of session.watch(decoded.query, every)) yield encodeLiveAnswer(answer)
    } catch (error) {
      if (error instanceof HostError) throw new RefusedError(error.code, error.message, error)
      throw error
    }
  }

  async close(): Promise<void> {
    const recorder = await this.#recorder?.catch(() => undefined)
    recorder?.session.close()
  }
}
