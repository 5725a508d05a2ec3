import type { HostMark } from '../../query/host-mark.ts'
import { matchesPattern } from '../../trust/known-hosts/known-hosts.ts'
import type { FleetConfig } from './fleet-config.ts'

/** The mark of the first marked group that a host is in. */
export function markOfHost(
  host: string,
  { groups, marks }: Pick<FleetConfig, 'groups' | 'marks'>,
): HostMark | undefined {
  for (const [name, colour] of marks) if (isIn(host, name, groups, [])) return { name, colour }
  return undefined
}

function isIn(
  host: string,
  group: string,
  groups: FleetConfig['groups'],
  within: readonly string[],
): boolean {
  // One that contains itself is refused where it is asked for.
  if (within.includes(group)) return false
  return (groups.get(group) ?? []).some((word) =>
    word.startsWith('@')
      ? isIn(host, word.slice(1), groups, [...within, group])
      : matchesPattern(word, host),
  )
}
