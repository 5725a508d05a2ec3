import { fleetLimits } from '../../model/fleet-limits.ts'
import type { SshConnection } from '../ssh/connect-outcome.ts'
import { baseOf, currentLink, manifest, type DeployPlace, type FoundNode } from './deploy-layout.ts'
import { runScript, type SaidLine } from './remote-script.ts'

/** What a host has, as far as a program that is to be put there needs it. */
export interface HostFacts {
  readonly uid: number
  readonly user: string
  /** `Linux x86_64`, as uname(1) says. */
  readonly machine: string
  /** `glibc 2.36` or `musl`; '' where it is not known. */
  readonly libc: string
  /** Tools that the scripts need and that are not there. */
  readonly missingTools: readonly string[]
  /** Those that run, in the order in which they are looked for. */
  readonly nodes: readonly FoundNode[]
  /** Directory of all that is deployed there. */
  readonly base: string
  readonly isWritable: boolean
  readonly freeBytes: number
  /** Name of the deployed version, and what it says of itself; '' where it does not run. */
  readonly deployed: { readonly name: string; readonly says: string } | undefined
  /** Whether sudo asks for no password; only looked at where root is needed. */
  readonly canSudo: boolean
  /** The recorder's service was installed with what is deployed. */
  readonly hasService: boolean
}

const tools = ['tar', 'gzip', 'sha256sum', 'df', 'find', 'readlink', 'sort']

export type ProbeOutcome =
  | { readonly kind: 'facts'; readonly facts: HostFacts }
  | { readonly kind: 'failed'; readonly why: string }

/** @param needsRoot sudo is tried, which the host's log tells where it is refused */
export async function probeHost(
  connection: SshConnection,
  place: DeployPlace,
  needsRoot: boolean,
): Promise<ProbeOutcome> {
  const script = probeScript(place, needsRoot)
  const outcome = await runScript(connection, { script, deadlineMs: fleetLimits.fleetOpenMs })
  return outcome.kind === 'failed' ? outcome : { kind: 'facts', facts: factsOf(outcome.said) }
}

const probeScript = (place: DeployPlace, needsRoot: boolean) => `
base=${baseOf[place]}
say uid "$(id -u)"
say user "$(id -un)"
say machine "$(uname -s) $(uname -m)"
say libc "$(getconf GNU_LIBC_VERSION 2>/dev/null || ldd --version 2>&1 | head -n 1)"
for tool in ${tools.join(' ')}; do command -v "$tool" >/dev/null 2>&1 || say without "$tool"; done
for node in "$(command -v node)" /usr/local/bin/node /usr/bin/node /usr/bin/nodejs; do
  [ -x "$node" ] && said=$("$node" --version 2>/dev/null </dev/null) && say node "$said $node"
done
say base "$base"
directory=$base
while [ ! -d "$directory" ]; do directory=$(dirname "$directory"); done
[ -w "$directory" ] && say writable yes
say free "$(df -Pk "$directory" | tail -n 1)"
name=$(readlink "$base/${currentLink}" 2>/dev/null)
[ -n "$name" ] && say deployed "$name $("$base/${currentLink}/e2etop" --version 2>/dev/null </dev/null)"
needs=${needsRoot ? 'yes' : ''}
grep -qs '^service' "$base/${manifest}" && needs=yes && say service yes
[ -n "$needs" ] && [ "$(id -u)" != 0 ] && sudo -n true >/dev/null 2>&1 </dev/null && say root yes
`

function factsOf(said: readonly SaidLine[]): HostFacts {
  const all = (key: string) => said.filter(([one]) => one === key).map(([, words]) => words)
  const one = (key: string) => all(key)[0] ?? ''
  const [name = '', ...says] = one('deployed').split(' ')
  return {
    uid: Number(one('uid') || -1),
    user: one('user'),
    machine: one('machine'),
    libc: libcOf(one('libc')),
    missingTools: all('without'),
    nodes: all('node').flatMap((words) => {
      const [, version, path] = /^v(\d+\.\d+\.\d+)\S* (\/.*)$/.exec(words) ?? []
      return version !== undefined && path !== undefined ? [{ version, path }] : []
    }),
    base: one('base'),
    isWritable: one('writable') === 'yes',
    freeBytes: freeBytesOf(one('free')),
    deployed: name === '' ? undefined : { name, says: says.join(' ') },
    hasService: one('service') === 'yes',
    canSudo: one('root') === 'yes',
  }
}

const libcOf = (said: string): string => {
  if (/musl/i.test(said)) return 'musl'
  const [version] = /\d+\.\d+/.exec(said) ?? []
  return version === undefined ? '' : `glibc ${version}`
}

/** The fourth field of df(1) -Pk: kilobytes that are free to its user. */
const freeBytesOf = (line: string): number => Number(line.split(/\s+/)[3] ?? 0) * 1024
