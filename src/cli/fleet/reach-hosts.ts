import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { chooseHosts } from '../../fleet/hosts/choose-hosts.ts'
import type { FleetConfig } from '../../fleet/hosts/fleet-config.ts'
import { SshConnections } from '../../fleet/ssh/connections.ts'
import type { SshProgram } from '../../fleet/ssh/ssh-settings.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { knownNames, readFleetConfig } from './inventory.ts'
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
  const { config, unread } = readFleetConfig(options.get('fleet-config'), home)
  const known = /[*?@]|(^|,)\s*-\s*(,|$)/.test(text) ? await knownNames(program) : []
  const hosts = chooseHosts(text, {
    known,
    groups: config.groups,
    unread,
    listed: () => readFileSync(0, 'utf8'),
  })
  const ssh = new SshConnections(program, {
    agentSocket: process.env['SSH_AUTH_SOCK'],
    askSecret,
  })
  return { hosts, ssh, config }
}
