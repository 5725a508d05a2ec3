import { fleetLimits } from '../../model/fleet-limits.ts'
import { matchesPattern } from '../../trust/known-hosts/known-hosts.ts'
import { FleetError } from '../fleet-error.ts'

/** What the words of `-H` can mean. */
export interface HostSources {
  /** Hosts that ssh_config and known_hosts name. */
  readonly known: readonly string[]
  readonly groups: ReadonlyMap<string, readonly string[]>
  /** Files that may name more groups, and that cannot be read. */
  readonly unread: readonly string[]
  /** The lines of standard input, for `-`. */
  readonly listed: () => string
}

/**
 * The hosts of `-H a,b,web*,@group,-`, each once, in that order. Patterns are of known hosts, `@group` of the config.
 * @throws FleetError naming the word that means no host
 */
export function chooseHosts(text: string, sources: HostSources): readonly string[] {
  const hosts = new Set<string>()
  const add = (word: string, within: readonly string[]) => {
    if (word === '-') return wordsOfList(sources.listed()).forEach(addListed)
    if (word.startsWith('@')) return addGroup(word.slice(1), within)
    if (!/[*?]/.test(word)) return addHost(word)
    const matching = sources.known.filter((name) => matchesPattern(word, name))
    if (matching.length === 0)
      throw new FleetError(
        `no known host matches ${word}`,
        'Patterns are of hosts that ssh_config or known_hosts (unhashed) names; name others one by one.',
      )
    matching.forEach(addHost)
  }
  const addListed = (word: string) => (word === '-' ? addHost(word) : add(word, []))
  const addHost = (name: string) => {
    if (!hostName.test(name)) throw new FleetError(`'${name}' is no host name`, nameHosts)
    hosts.add(name)
  }
  const addGroup = (name: string, within: readonly string[]) => {
    const words = sources.groups.get(name)
    if (!words) {
      const known = [...sources.groups.keys()].join(', ') || 'none'
      const unread = sources.unread.map((file) => ` You may not read ${file}.`).join('')
      throw new FleetError(
        `there is no group @${name}`,
        `The config has these groups: ${known}.${unread}`,
      )
    }
    if (within.includes(name))
      throw new FleetError(`@${name} contains itself`, 'Correct the config.')
    words.forEach((word) => add(word, [...within, name]))
  }
  for (const word of text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean))
    add(word, [])
  if (hosts.size === 0) throw new FleetError('-H names no host', nameHosts)
  if (hosts.size > fleetLimits.fleetHostsMax)
    throw new FleetError(
      `-H names ${hosts.size} hosts, past the limit of ${fleetLimits.fleetHostsMax}`,
      'Ask them in parts.',
    )
  return [...hosts]
}

/** One or more a line; the rest of a line after # is a comment. */
const wordsOfList = (text: string): readonly string[] =>
  text
    .replace(/(^|\s)#.*$/gm, '')
    .split(/[\s,]+/)
    .filter(Boolean)

const nameHosts = 'Name hosts as ssh knows them: -H web1,web2 or -H "web*" or -H @group.'

/** A word for ssh, and not an option of it. */
const hostName = /^[A-Za-z0-9_[:][A-Za-z0-9._@:[\]/%-]*$/
