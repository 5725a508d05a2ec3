import type { Filter } from '../query/filter/filter.ts'
import { runMonitor } from '../ui/monitor.tsx'
import { themeNames, type ThemeName } from '../ui/monitor-options.ts'
import type { Arguments } from './arguments.ts'
import { exitCode } from './exit-code.ts'
import type { WatchedRecorder } from './watched-recorder.ts'
import { UsageError } from './usage-error.ts'
import { version } from './version.ts'

/** Hands the terminal to the monitor until the user leaves it, and gives the exit code. */
export async function showMonitor(
  { session }: WatchedRecorder,
  options: Arguments['options'],
  where: Filter | undefined,
): Promise<number> {
  const { NO_COLOR, COLORTERM, TERM } = process.env
  const exit = await runMonitor(session, {
    input: process.stdin,
    output: process.stdout,
    environment: { NO_COLOR, COLORTERM, TERM },
    version,
    where,
    theme: themeOf(options.get('theme') ?? 'system'),
    end: (end) => {
      if (end.kind === 'crash') console.error('e2etop: a fault of e2etop itself:', end.error)
      process.exit(end.kind === 'signal' ? end.exitCode : exitCode.crash)
    },
  })
  switch (exit.kind) {
    case 'quit':
      return exitCode.ok
    case 'interrupted':
      return exitCode.interrupted
    case 'failed':
      throw exit.error
  }
}

function themeOf(name: string): ThemeName {
  const theme = themeNames.find((one) => one === name)
  if (!theme)
    throw new UsageError(`there is no theme '${name}'; there are ${themeNames.join(', ')}`)
  return theme
}
