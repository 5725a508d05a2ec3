import { MalformedError } from '../../model/json-fields.ts'
import type { Filter } from '../../query/filter/filter.ts'
import type { Session } from '../../query/session.ts'
import { KeyConflict } from '../../ui/keys/key-table.ts'
import { themeNames } from '../../ui/theme/themes.ts'
import { runMonitor } from '../../ui/monitor.tsx'
import { runBoard, type BoardOptions } from '../../ui/board/board.ts'
import type { MonitorExit, MonitorOptions } from '../../ui/monitor-options.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { exitCode } from '../exit-code.ts'
import { exportRows } from './export-rows.ts'
import { FileError } from '../file-error.ts'
import { readSettings, readThemes, saveSettings } from './monitor-files.ts'
import { configDirectory } from '../places.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { readWhereabouts, whereaboutsFirst } from '../whereabouts/whereabouts-first.ts'
import { version } from '../version.ts'

type Chosen = Pick<MonitorOptions, 'where' | 'names' | 'packets' | 'takeQuestions' | 'seals'> & {
  /** What is shown is a case: beside it stands nothing of another day, unless it is asked for there. */
  readonly isCase?: true
}

/**
 * Hands the terminal to the monitor until the user leaves it, and gives the exit code. Without `names` nobody is
 * asked for any: looking at evidence must not tell others which addresses are in it.
 */
export async function showMonitor(
  session: Session,
  options: Arguments['options'],
  { isCase, ...chosen }: Chosen,
): Promise<number> {
  const look = screen(options, chosen.where)
  const settings = { ...look.settings, ...(isCase && { whereabouts: 'off' as const }) }
  const exit = await started(() =>
    runMonitor(whereaboutsFirst(session), {
      ...look,
      ...chosen,
      settings,
      version,
      saveSettings,
      exportRows,
      loadWhereabouts: readWhereabouts,
    }),
  )
  return exitCodeOf(exit)
}

/** The same for the wallboard. */
export async function showBoard(
  session: Session,
  options: Arguments['options'],
  where: Filter | undefined,
): Promise<number> {
  return exitCodeOf(
    await started(() => runBoard(whereaboutsFirst(session), screen(options, where))),
  )
}

/** The terminal, and what is to be shown on it. */
function screen(options: Arguments['options'], where: Filter | undefined): BoardOptions {
  const { NO_COLOR, COLORTERM, TERM, TMUX } = process.env
  return {
    input: process.stdin,
    output: process.stdout,
    environment: { NO_COLOR, COLORTERM, TERM, TMUX },
    ...choices(options),
    where,
    end: (end) => {
      if (end.kind === 'crash') console.error('e2etop: a fault of e2etop itself:', end.error)
      process.exit(end.kind === 'signal' ? end.exitCode : exitCode.crash)
    },
  }
}

function exitCodeOf(exit: MonitorExit): number {
  switch (exit.kind) {
    case 'quit':
      return exitCode.ok
    case 'interrupted':
      return exitCode.interrupted
    case 'failed':
      throw exit.error
  }
}

/** What the user has chosen, for good and for this time. */
function choices(options: Arguments['options']): Pick<MonitorOptions, 'themes' | 'settings'> {
  const theme = options.get('theme')
  const themes = readThemes()
  const names = themeNames(themes)
  if (theme !== undefined && !names.includes(theme))
    throw new UsageError(`there is no theme '${theme}'; there are ${names.join(', ')}`)
  return {
    themes,
    settings: {
      ...readSettings(),
      ...(theme === undefined ? {} : { theme }),
      ...(options.has('no-mouse') ? { mouse: 'off' } : {}),
    },
  }
}

/** Settings and themes that cannot be are the user's to correct. */
async function started<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof MalformedError || error instanceof KeyConflict)
      throw new FileError(error.message, `correct what is in ${configDirectory()}`)
    throw error
  }
}
