import type { CaptureStatus } from '../model/capture-status.ts'
import type { HostTime } from '../model/quantity.ts'
import { silentStates, type HostState } from './asking.ts'
import type { HostMark } from './host-mark.ts'

/** How one of many hosts is that answer as one. */
export interface HostOfMany extends Pick<HostState, 'host' | 'why'> {
  readonly state: HostState['state'] | 'connecting'
  readonly version?: HostState['version']
  readonly clock?: HostState['clock']
  /** Where its flows come from. */
  readonly source?: CaptureStatus['source'] | undefined
  /** Records and events that its source lost; undefined where it was not heard. */
  readonly lost?: number | undefined
  readonly mark?: HostMark | undefined
  /** Of its last live answer; undefined where it gave none. */
  readonly told?: ToldAt | undefined
}

/** Which run of a host's recorder counted what it told, and up to when, by the host's clock. */
export interface ToldAt {
  readonly run: number
  readonly to: HostTime
}

/** Why a host is silent, as one clause. */
export const silenceText = ({ host, state, why }: Pick<HostOfMany, 'host' | 'state' | 'why'>) =>
  `${host}: ${state}: ${why}`

const namesShown = 3

/** The first few by name, `web1, web2`, or how many there are. */
export const listOfHosts = (hosts: readonly string[]): string =>
  hosts.length <= namesShown ? hosts.join(', ') : `${hosts[0]} and ${hosts.length - 1} others`

/** All of them in few words: their names, their number, or `heard 97 of 100 (2 unreachable, 1 late)`. */
export function nameOfMany(hosts: readonly HostOfMany[]): string {
  const heard = hosts.filter(({ state }) => state === 'answered').length
  if (heard === hosts.length)
    return heard > namesShown ? `${heard} hosts` : hosts.map(({ host }) => host).join(', ')
  const silences = hosts.flatMap(({ state }) => (state === 'answered' ? [] : [state]))
  const counts = [...silentStates, 'connecting' as const].flatMap((state) => {
    const count = silences.filter((one) => one === state).length
    return count > 0 ? [`${count} ${state}`] : []
  })
  return `heard ${heard} of ${hosts.length}${counts.length > 0 ? ` (${counts.join(', ')})` : ''}`
}
