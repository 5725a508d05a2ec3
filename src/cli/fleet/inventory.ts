import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FleetError } from '../../fleet/fleet-error.ts'
import {
  decodeFleetConfig,
  defaultFleetConfig,
  type FleetConfig,
} from '../../fleet/hosts/fleet-config.ts'
import { sshConfigNames } from '../../fleet/hosts/ssh-config-names.ts'
import { readSshSettings, type SshProgram } from '../../fleet/ssh/ssh-settings.ts'
import { limits } from '../../model/limits.ts'
import { KnownHosts } from '../../trust/known-hosts/known-hosts.ts'

/** Hosts that patterns can mean. */
export async function knownNames(program: SshProgram): Promise<readonly string[]> {
  const { configFile, home } = program
  const files =
    configFile === undefined ? [join(home, '.ssh/config'), '/etc/ssh/ssh_config'] : [configFile]
  // Settings of a host that nobody has: those of all hosts.
  const read = await readSshSettings('e2etop.invalid', program)
  const lists = read.kind === 'settings' ? read.settings.knownHostsFiles : []
  const known = new KnownHosts(lists.flatMap((file) => readIfThere(file) ?? []))
  return [...new Set([...sshConfigNames(files, home), ...known.names()])]
}

export interface ReadFleetConfig {
  readonly config: FleetConfig
  /** Files that may hold more, and that this user may not read. */
  readonly unread: readonly string[]
}

/** The operator's own, else the system's. @throws FleetError */
export function readFleetConfig(named: string | undefined, home: string): ReadFleetConfig {
  const places = [join(home, '.config/e2etop/fleet.json'), '/etc/e2etop/fleet.json']
  const unread: string[] = []
  for (const file of named === undefined ? places : [named]) {
    const text = readIfThere(file, () => unread.push(file))
    if (text === undefined) continue
    const decoded =
      text.length > limits.configBytesMax
        ? { ok: false as const, why: 'it is too long' }
        : decodeFleetConfig(text)
    if (decoded.ok) return { config: decoded.config, unread }
    throw new FleetError(`${file}: ${decoded.why}`, `Correct ${file}.`)
  }
  if (named !== undefined)
    throw new FleetError(`${named} cannot be read`, 'Name another file with --fleet-config.')
  return { config: defaultFleetConfig, unread }
}

function readIfThere(file: string, onDenied = () => {}): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') onDenied()
    return undefined
  }
}

/** Words that -H takes: hosts by name, and groups. */
export async function hostWords(program: SshProgram): Promise<readonly string[]> {
  const { config } = readFleetConfig(undefined, program.home)
  return [...(await knownNames(program)), ...[...config.groups.keys()].map((name) => `@${name}`)]
}
