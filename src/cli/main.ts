import { parseArguments, type Arguments } from './command-line/arguments.ts'
import { privateSqlCommand, type SqlRequest } from './case/sql-request.ts'
import { privateVerifyCommand } from './case/verify-report.ts'
import { completeCommand } from './completion/scripts.ts'
import { exitCode } from './exit-code.ts'
import { explanation, isExplained } from './explained-error.ts'
import type { SourceRequest } from '../capture/open-source.ts'
import { useWhereabouts } from '../model/whereabouts/known-whereabouts.ts'
import { whereaboutsIn } from '../names/read-whereabouts.ts'
import { helpPage } from './help/help.ts'
import type { CommandName } from './command-line/command-specs.ts'
import { isFileGone } from './program-files.ts'
import { privatePacketsCommand } from './wire/packets-request.ts'
import { privateRecorderCommand } from './recording/recorder-request.ts'
import { whereaboutsFile, whereaboutsNotice } from './places.ts'
import { usage, usageOf } from './help/usage.ts'
import { UsageError } from './command-line/usage-error.ts'
import { version } from './version.ts'

/** Resolves with the exit code. */
type Command = (request: Arguments) => Promise<number> | number

/**
 * The rooms of the program: a command loads its room, and no other. What a process that goes on for long will need is in
 * the rooms that it loads at its start, because an upgrade may take their files away.
 */
const rooms = {
  host: () => import('./rooms/host.ts'),
  record: () => import('./rooms/record.ts'),
  screen: () => import('./rooms/screen.ts'),
  case: () => import('./rooms/case.ts'),
  packets: () => import('./rooms/packets.ts'),
  fleet: () => import('./rooms/fleet.ts'),
}

const commands: Record<CommandName, () => Promise<Command>> = {
  monitor: async () => (await rooms.host()).watchHost,
  top: async () => (await rooms.host()).top,
  flows: async () => (await rooms.host()).flows,
  series: async () => (await rooms.host()).series,
  count: async () => (await rooms.host()).count,
  record: async () => (await rooms.record()).record,
  status: async () => (await rooms.host()).status,
  'install-service': async () => (await rooms.host()).changeService,
  'uninstall-service': async () => (await rooms.host()).changeService,
  deploy: async () => (await rooms.fleet()).deploy,
  hosts: async () => (await rooms.fleet()).hosts,
  serve: async () => (await rooms.host()).serve,
  export: async () => (await rooms.case()).exportFlows,
  verify: async () => (await rooms.case()).verify,
  sql: async () => (await rooms.case()).sql,
  open: async () => (await rooms.case()).open,
  diff: async () => (await rooms.case()).diff,
  wire: async () => (await rooms.packets()).wire,
  capture: async () => (await rooms.packets()).capture,
  opacity: async () => (await rooms.packets()).opacity,
  study: async () => (await rooms.packets()).study,
  completion: async () => (await rooms.host()).completion,
  board: async () => (await rooms.host()).watchHost,
  theme: async () => (await rooms.screen()).importTheme,
  whereabouts: async () => (await rooms.packets()).importWhereabouts,
  doctor: async () => {
    const { doctor } = await rooms.packets()
    return () => doctor((text) => void process.stdout.write(text), process.stdout.columns ?? 100)
  },
  help:
    async () =>
    ({ operands }) =>
      print(helpPage(operands[0])),
}

async function run(words: readonly string[]): Promise<number> {
  if (words[0] === privateRecorderCommand) {
    const { runPrivateRecorder } = await rooms.record()
    return runPrivateRecorder(JSON.parse(words[1] ?? '') as SourceRequest)
  }
  if (words[0] === privatePacketsCommand) {
    const { runPrivatePackets } = await rooms.packets()
    return runPrivatePackets()
  }
  if (words[0] === privateSqlCommand) {
    const { runPrivateSql } = await rooms.case()
    return runPrivateSql(JSON.parse(words[1] ?? '') as SqlRequest)
  }
  if (words[0] === privateVerifyCommand) {
    const { runPrivateVerify } = await rooms.case()
    return runPrivateVerify(words[1] ?? '')
  }
  if (words[0] === completeCommand) {
    const { complete } = await rooms.host()
    return print(await complete(words.slice(1)))
  }
  const request = parseArguments(words)
  const { command, options } = request
  if (options.has('help')) return print(command === 'monitor' ? usage() : usageOf(command))
  if (options.has('version')) return print(versionText)
  // The one sign that everything heeds, and what is started from here too.
  if (options.has('no-color')) process.env['NO_COLOR'] = '1'
  const call = await commands[command]()
  return call(request)
}

/** The licences of the data ask that whoever uses them is told whose they are. */
const versionText = `e2etop ${version}
Countries and AS: data of NRO, Route Views and DB-IP, CC BY 4.0; see ${whereaboutsNotice}
`

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
  if (isFileGone(error)) {
    process.stderr.write(
      `e2etop: ${error.message}\nIts files were replaced while it started, or were not copied whole: start it again, or install it again.\n`,
    )
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
  if (error.code === 'EPIPE') process.exit(exitCode.ok)
  process.stderr.write(
    `e2etop: the answer cannot be written: ${error.message}\nSend it where there is room.\n`,
  )
  process.exit(exitCode.failed)
})
useWhereabouts(() => whereaboutsIn(whereaboutsFile()))
process.exitCode = await run(process.argv.slice(2)).catch(report)
