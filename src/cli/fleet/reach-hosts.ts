import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { FleetError } from '../../fleet/fleet-error.ts'
import { chooseHosts } from '../../fleet/hosts/choose-hosts.ts'
import {
  decodeFleetConfig,
  defaultFleetConfig,
  type FleetConfig,
} from '../../fleet/hosts/fleet-config.ts'
import { sshConfigNames } from '../../fleet/hosts/ssh-config-names.ts'
import { SshConnections } from '../../fleet/ssh/connections.ts'
import { readSshSettings, type SshProgram } from '../../fleet/ssh/ssh-settings.ts'
import { limits } from '../../model/limits.ts'
import { KnownHosts } from '../../trust/known-hosts/known-hosts.ts'
import type { Arguments } from '../arguments.ts'
import type { AskSecret } from '../../ui/monitor-options.ts'

export interface ReachableHosts {
  readonly hosts: readonly string[]
  readonly ssh: SshConnections
  readonly config: FleetConfig
}

/** The hosts that words as those of `-H` mean, and how to reach them; none is connected yet. @throws FleetError */
export async function reachHosts(
  text: string,
  options: Arguments['options'],
  askSecret: AskSecret,
): Promise<ReachableHosts> {
  const home = homedir()
  const program: SshProgram = { configFile: options.get('ssh-config'), home }
  const config = readFleetConfig(options.get('fleet-config'), home)
  const known = /[*?@]/.test(text) ? await knownNames(program) : []
  const hosts = chooseHosts(text, {
    known,
    groups: config.groups,
    listed: () => readFileSync(0, 'utf8'),
  })
  const ssh = new SshConnections(program, {
    agentSocket: process.env['SSH_AUTH_SOCK'],
    askSecret,
  })
  return { hosts, ssh, config }
}

/** Hosts that patterns can mean. */
async function knownNames(program: SshProgram): Promise<readonly string[]> {
  const { configFile, home } = program
  const files =
    configFile === undefined ? [join(home, '.ssh/config'), '/etc/ssh/ssh_config'] : [configFile]
  // Settings of a host that nobody has: those of all hosts.
  const read = await readSshSettings('e2etop.invalid', program)
  const lists = read.kind === 'settings' ? read.settings.knownHostsFiles : []
  const known = new KnownHosts(lists.flatMap((file) => readIfThere(file) ?? []))
  return [...new Set([...sshConfigNames(files, home), ...known.names()])]
}

function readFleetConfig(named: string | undefined, home: string): FleetConfig {
  const places = [join(home, '.config/e2etop/fleet.json'), '/etc/e2etop/fleet.json']
  for (const file of named === undefined ? places : [named]) {
    const text = readIfThere(file)
    if (text === undefined) continue
    const decoded =
      text.length > limits.configBytesMax
        ? { ok: false as const, why: 'it is too long' }
        : decodeFleetConfig(text)
    if (decoded.ok) return decoded.config
    throw new FleetError(`${file}: ${decoded.why}`, `Correct ${file}.`)
  }
  if (named !== undefined)
    throw new FleetError(`${named} cannot be read`, 'Name another file with --fleet-config.')
  return defaultFleetConfig
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
