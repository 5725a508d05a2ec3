import { parseArguments, type Arguments } from './arguments.ts'
import { privateSqlCommand, type SqlRequest } from './case/sql-request.ts'
import { completeCommand } from './completion/scripts.ts'
import { exitCode } from './exit-code.ts'
import { explanation, isExplained } from './explained-error.ts'
import type { SourceRequest } from '../capture/open-source.ts'
import { useWhereabouts } from '../model/whereabouts/known-whereabouts.ts'
import { whereaboutsIn } from '../names/read-whereabouts.ts'
import { helpPage } from './help.ts'
import type { CommandName } from './command-specs.ts'
import { privatePacketsCommand } from './wire/packets-request.ts'
import { privateRecorderCommand } from './recorder-request.ts'
import { whereaboutsFile } from './places.ts'
import { usage, usageOf } from './usage.ts'
import { UsageError } from './usage-error.ts'
import { version } from './version.ts'

/** Resolves with the exit code. */
type Command = (request: Arguments) => Promise<number> | number

/** Each is loaded only when it is called: starting is quick. */
const commands: Record<CommandName, () => Promise<Command>> = {
  monitor: async () => (await import('./watch-host.ts')).watchHost,
  top: async () => (await import('./query/top.ts')).top,
  flows: async () => (await import('./query/flows.ts')).flows,
  series: async () => (await import('./query/series.ts')).series,
  count: async () => (await import('./query/count.ts')).count,
  record: async () => (await import('./record.ts')).record,
  status: async () => (await import('./status.ts')).status,
  'install-service': async () => (await import('./change-service.ts')).changeService,
  'uninstall-service': async () => (await import('./change-service.ts')).changeService,
  deploy: async () => (await import('./fleet/deploy.ts')).deploy,
  hosts: async () => (await import('./fleet/hosts.ts')).hosts,
  serve: async () => (await import('./serve.ts')).serve,
  export: async () => (await import('./case/export.ts')).exportFlows,
  verify: async () => (await import('./case/verify.ts')).verify,
  sql: async () => (await import('./case/sql.ts')).sql,
  open: async () => (await import('./case/open.ts')).open,
  diff: async () => (await import('./case/diff.ts')).diff,
  wire: async () => (await import('./wire/wire.ts')).wire,
  capture: async () => (await import('./wire/capture.ts')).capture,
  opacity: async () => (await import('./wire/opacity.ts')).opacity,
  study: async () => (await import('./study/study.ts')).study,
  completion: async () => (await import('./completion/completion.ts')).completion,
  board: async () => (await import('./watch-host.ts')).watchHost,
  theme: async () => (await import('./import-theme.ts')).importTheme,
  doctor: async () => {
    const { doctor } = await import('./doctor.ts')
    return () => doctor((text) => void process.stdout.write(text), process.stdout.columns ?? 100)
  },
  help:
    async () =>
    ({ operands }) =>
      print(helpPage(operands[0])),
}

async function run(words: readonly string[]): Promise<number> {
  if (words[0] === privateRecorderCommand) {
    const { runPrivateRecorder } = await import('./private-recorder.ts')
    return runPrivateRecorder(JSON.parse(words[1] ?? '') as SourceRequest)
  }
  if (words[0] === privatePacketsCommand) {
    const { runPrivatePackets } = await import('./wire/private-packets.ts')
    return runPrivatePackets()
  }
  if (words[0] === privateSqlCommand) {
    const { runPrivateSql } = await import('./case/private-sql.ts')
    return runPrivateSql(JSON.parse(words[1] ?? '') as SqlRequest)
  }
  if (words[0] === completeCommand) {
    const { complete } = await import('./completion/complete.ts')
    return print(await complete(words.slice(1)))
  }
  const request = parseArguments(words)
  const { command, options } = request
  if (options.has('help')) return print(command === 'monitor' ? usage() : usageOf(command))
  if (options.has('version')) return print(`e2etop ${version}\n`)
  const call = await commands[command]()
  return call(request)
}

function print(text: string): number {
  process.stdout.write(text)
  return exitCode.ok
}

function report(error: unknown): number {
  if (error instanceof UsageError) {
    process.stderr.write(`e2etop: ${error.message}\n\`e2etop help\` lists commands and options.\n`)
    return exitCode.usage
  }
  if (isExplained(error)) {
    process.stderr.write(explanation(error))
    return exitCode.failed
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(
    `e2etop: a fault of e2etop itself; please report it with these lines:\n${detail}\n`,
  )
  return exitCode.crash
}

// A reader that has gone (`e2etop --once | head`) wants no more, which is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exitCode.ok : exitCode.failed)
})
useWhereabouts(() => whereaboutsIn(whereaboutsFile))
process.exitCode = await run(process.argv.slice(2)).catch(report)
