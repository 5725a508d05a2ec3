import { hostname } from 'node:os'
import { serveConsole } from '../../host/serve/serve-console.ts'
import { hostTime } from '../../model/quantity.ts'
import { spoken } from '../../query/serve/opening.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { exitCode } from '../exit-code.ts'
import { ServedHost } from './served-host.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { version } from '../version.ts'

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
