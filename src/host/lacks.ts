import type { SilentHost } from '../query/asking.ts'
import { listOfHosts } from '../query/hosts-of-many.ts'

/** Why the records of a host may be short of the truth; undefined: those of any, or of the only one. */
export interface Lack {
  readonly host: string | undefined
  readonly why: string
}

export const silenceOf = ({ host, state, why }: SilentHost): Lack => ({
  host,
  why: `${state}: ${why}`,
})

/** A sentence each; what many hosts lack alike is one. */
export function sentences(lacks: readonly Lack[]): readonly string[] {
  const hosts = new Map<string, string[]>()
  for (const { host, why } of lacks)
    hosts.set(why, [...(hosts.get(why) ?? []), ...(host === undefined ? [] : [host])])
  return [...hosts].map(([why, of]) => (of.length > 0 ? `${listOfHosts(of)}: ${why}` : why))
}
