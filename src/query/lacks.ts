import type { SilentHost } from './asking.ts'
import { listOfHosts } from './hosts-of-many.ts'
import { beginTold, recordedFrom } from './shortfalls.ts'

/** Why the records of a host may be short of the truth; undefined: those of any, or of the only one. */
export interface Lack {
  readonly host: string | undefined
  readonly why: string
}

export const silenceOf = ({ host, state, why }: SilentHost): Lack => ({
  host,
  why: `${state}: ${why}`,
})

/** More begins of logs than these are told as the first and the last of them. */
const beginsToldMax = 3

/** A sentence each; what many hosts lack alike is one. Hosts of one are the first and their number, but `all` are named. */
export function sentences(lacks: readonly Lack[], named: 'few' | 'all' = 'few'): readonly string[] {
  const hosts = new Map<string, string[]>()
  for (const { host, why } of lacks)
    hosts.set(why, [...(hosts.get(why) ?? []), ...(host === undefined ? [] : [host])])
  const list = (of: readonly string[]) => (named === 'all' ? of.join(', ') : listOfHosts(of))
  return [...withBeginsTogether(hosts)].map(([why, of]) =>
    of.length > 0 ? `${list(of)}: ${why}` : why,
  )
}

/** Each host of a fleet has a log that begins at a moment of its own. */
function withBeginsTogether(
  hosts: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
  const begins = [...hosts.keys()].flatMap((why) => beginTold(why) ?? []).toSorted()
  if (begins.length <= beginsToldMax) return hosts
  const together = `${recordedFrom(begins[0]!)}, some only from ${begins.at(-1)!} on`
  const folded = new Map<string, readonly string[]>()
  for (const [why, of] of hosts) {
    const told = beginTold(why) === undefined ? why : together
    folded.set(told, [...(folded.get(told) ?? []), ...of])
  }
  return folded
}
