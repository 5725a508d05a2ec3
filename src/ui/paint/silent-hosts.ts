import { silentStates } from '../../query/asking.ts'
import { listOfHosts, silenceText, type HostOfMany } from '../../query/hosts-of-many.ts'
import type { Coverage } from '../../query/session.ts'

/** Hosts of many that gave no answer; of one host, and of the past, where each is among what is missing, none. */
export const silentHosts = ({ hosts = [], past }: Coverage): readonly HostOfMany[] =>
  past ? [] : hosts.filter(({ state }) => state !== 'answered' && state !== 'connecting')

/** Which hosts are silent, in one line; [] where none is. */
export function silentNotice(coverage: Coverage): readonly string[] {
  const silent = silentHosts(coverage)
  const [first] = silent
  if (!first) return []
  if (silent.length === 1) return [`No answer from ${silenceText(first)}`]
  const ways = silentStates.flatMap((state) => {
    const names = silent.filter((one) => one.state === state).map(({ host }) => host)
    return names.length === 0 ? [] : [`${listOfHosts(names)} (${state})`]
  })
  return [`No answer from ${ways.join('; ')}.`]
}
