import { list, MalformedError, oneOf, text, type Check } from '../model/json-fields.ts'
import { screenLimits } from '../model/screen-limits.ts'
import { didYouMean } from '../model/near-miss.ts'
import { commandNames, type CommandName } from './keys/commands.ts'
import { columnNames } from './paint/view-columns.ts'
import { groupViewNames, type ViewName } from './store/views.ts'

/** What a user can choose for good; what is left out is as the program has it. */
export interface MonitorSettings {
  readonly theme?: string
  readonly rates?: 'bytes' | 'bits'
  readonly mouse?: 'on' | 'off'
  /** Of remote addresses, by DNS. */
  readonly names?: 'on' | 'off'
  /** Of what goes by, on top. */
  readonly graph?: 'on' | 'off'
  /** Country and AS of remote addresses. */
  readonly whereabouts?: 'on' | 'off'
  /** Whether keys may put texts into the clipboard of the terminal. */
  readonly copy?: 'on' | 'off'
  /** Columns of a view, by their names in their order. */
  readonly columns?: Readonly<Partial<Record<ViewName, readonly string[]>>>
  /** Keys of a command, in the place of its own. */
  readonly keys?: Readonly<Partial<Record<CommandName, readonly string[]>>>
}

const word = text((value) => value)
const words = list(word, screenLimits.settingWordsMax)

const checks: { readonly [K in keyof MonitorSettings]-?: Check<NonNullable<MonitorSettings[K]>> } =
  {
    theme: word,
    rates: oneOf(['bytes', 'bits']),
    mouse: oneOf(['on', 'off']),
    names: oneOf(['on', 'off']),
    graph: oneOf(['on', 'off']),
    whereabouts: oneOf(['on', 'off']),
    copy: oneOf(['on', 'off']),
    columns: byName(['flows', ...groupViewNames], 'view', (name) => columnNames(name as ViewName)),
    keys: byName(commandNames, 'command'),
  }

/** Settings of a file. @throws MalformedError naming the setting, and the nearest one that is known */
export function decodeSettings(json: unknown): MonitorSettings {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new MalformedError('not an object')
  const names = Object.keys(checks) as (keyof MonitorSettings)[]
  refuseUnknown(Object.keys(json), names, 'setting')
  return Object.fromEntries(
    names.flatMap((name) => {
      const value: unknown = Reflect.get(json, name)
      return value === undefined ? [] : [[name, checks[name](value, name)]]
    }),
  )
}

function byName(
  names: readonly string[],
  what: string,
  known?: (name: string) => readonly string[],
): Check<Readonly<Record<string, readonly string[]>>> {
  return (value, where) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new MalformedError(`${where}: not an object`)
    refuseUnknown(Object.keys(value), names, what)
    const chosen: Record<string, readonly string[]> = {}
    for (const [name, one] of Object.entries(value)) {
      const list = words(one, `${where}.${name}`)
      if (known) refuseUnknown(list, known(name), `column of ${name}`)
      chosen[name] = list
    }
    return chosen
  }
}

function refuseUnknown(found: readonly string[], names: readonly string[], what: string): void {
  const unknown = found.find((name) => !names.includes(name))
  if (unknown === undefined) return
  throw new MalformedError(`there is no ${what} '${unknown}'${didYouMean(unknown, names)}`)
}
