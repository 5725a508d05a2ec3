import { Fleet } from '../../fleet/fleet.ts'
import { markOfHost } from '../../fleet/hosts/mark-of-host.ts'
import { spoken } from '../../query/serve/opening.ts'
import type { Arguments } from '../command-line/arguments.ts'
import type { AskSecret } from '../../ui/monitor-options.ts'
import { askAtTerminal } from './ask-at-terminal.ts'
import { version } from '../version.ts'
import { reachHosts } from './reach-hosts.ts'

/** The hosts of `-H`, none of them connected yet. @throws FleetError */
export async function openFleet(
  options: Arguments['options'],
  askSecret: AskSecret = askAtTerminal,
): Promise<Fleet> {
  const { hosts, ssh, config } = await reachHosts(options.get('hosts') ?? '', options, askSecret)
  return new Fleet({
    hosts,
    connect: (name) => ssh.connect(name),
    command: config.command,
    markOf: (name) => markOfHost(name, config),
    greeting: { ...spoken, version },
    close: () => ssh.close(),
  })
}
