import { listOfHosts, type HostOfMany } from '../../query/hosts-of-many.ts'

/** What comes of asking again those that gave no answer. */
export function retryNote(hosts: readonly HostOfMany[] | undefined): string {
  if (!hosts) return 'one host is watched, and it answers'
  const missing = hosts.filter(({ state }) => state !== 'answered').map(({ host }) => host)
  if (missing.length === 0) return `all ${hosts.length} hosts answer`
  return `asking again: ${listOfHosts(missing)}`
}
