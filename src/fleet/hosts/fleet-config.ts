import { MalformedError, object, list, text } from '../../model/json-fields.ts'
import { fleetLimits } from '../../model/fleet-limits.ts'
import { serveCommand } from '../deploy/deploy-layout.ts'

/** What the operator wrote about his hosts. */
export interface FleetConfig {
  readonly groups: ReadonlyMap<string, readonly string[]>
  /** What runs on a host. */
  readonly command: string
}

export const defaultFleetConfig: FleetConfig = {
  groups: new Map(),
  command: serveCommand,
}

export type DecodedFleetConfig =
  { readonly ok: true; readonly config: FleetConfig } | { readonly ok: false; readonly why: string }

/** `{"groups": {"web": ["web1", "web-*", "@db"]}, "command": "..."}`; a setting that is not known is refused. */
export function decodeFleetConfig(source: string): DecodedFleetConfig {
  try {
    const value: unknown = JSON.parse(source)
    if (Array.isArray(value)) throw new MalformedError('config: not an object')
    const settings = object<{ groups: unknown; command: unknown }>({
      groups: (one) => one,
      command: (one) => one,
    })(value, 'config')
    const unknown = Object.keys(value as object).find((key) => !Object.hasOwn(settings, key))
    if (unknown !== undefined) throw new MalformedError(`there is no setting '${unknown}'`)
    return {
      ok: true,
      config: {
        groups: groupsOf(settings.groups),
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

function groupsOf(value: unknown): ReadonlyMap<string, readonly string[]> {
  if (value === undefined) return new Map()
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new MalformedError('groups: not an object of lists')
  return new Map(
    Object.entries(value).map(([name, hosts]) => [name, members(hosts, `groups.${name}`)]),
  )
}
