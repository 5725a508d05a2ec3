import { MalformedError, object, list, oneOf, text, type Check } from '../../model/json-fields.ts'
import { fleetLimits } from '../../model/fleet-limits.ts'
import { markColours, type HostMark } from '../../query/host-mark.ts'
import { serveCommand } from '../deploy/deploy-layout.ts'

/** What the operator wrote about his hosts. */
export interface FleetConfig {
  readonly groups: ReadonlyMap<string, readonly string[]>
  /** Groups whose hosts are marked, with their colours; of several the first one that has a host. */
  readonly marks: ReadonlyMap<string, HostMark['colour']>
  /** What runs on a host. */
  readonly command: string
}

export const defaultFleetConfig: FleetConfig = {
  groups: new Map(),
  marks: new Map(),
  command: serveCommand,
}

export type DecodedFleetConfig =
  { readonly ok: true; readonly config: FleetConfig } | { readonly ok: false; readonly why: string }

/** `{"groups": {"web": ["web1", "web-*", "@db"]}, "marks": {"web": "red"}, "command": "..."}`; a setting that is not known is refused. */
export function decodeFleetConfig(source: string): DecodedFleetConfig {
  try {
    const value: unknown = JSON.parse(source)
    if (Array.isArray(value)) throw new MalformedError('config: not an object')
    const settings = object<{ groups: unknown; marks: unknown; command: unknown }>({
      groups: (one) => one,
      marks: (one) => one,
      command: (one) => one,
    })(value, 'config')
    const unknown = Object.keys(value as object).find((key) => !Object.hasOwn(settings, key))
    if (unknown !== undefined) throw new MalformedError(`there is no setting '${unknown}'`)
    const groups = entriesOf('groups', settings.groups, members)
    const marks = entriesOf('marks', settings.marks, oneOf(markColours))
    const stray = [...marks.keys()].find((name) => !groups.has(name))
    if (stray !== undefined) throw new MalformedError(`marks.${stray}: there is no such group`)
    return {
      ok: true,
      config: {
        groups,
        marks,
        command:
          settings.command === undefined
            ? defaultFleetConfig.command
            : words(settings.command, 'command'),
      },
    }
  } catch (error) {
    if (error instanceof MalformedError) return { ok: false, why: error.message }
    if (error instanceof SyntaxError) return { ok: false, why: `not JSON: ${error.message}` }
    throw error
  }
}

const words = text((value) => value)
const members = list(words, fleetLimits.fleetHostsMax)

/** An object of names; none where it is left out. */
function entriesOf<T>(setting: string, value: unknown, check: Check<T>): ReadonlyMap<string, T> {
  if (value === undefined) return new Map()
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new MalformedError(`${setting}: not an object`)
  return new Map(
    Object.entries(value).map(([name, one]) => [name, check(one, `${setting}.${name}`)]),
  )
}
