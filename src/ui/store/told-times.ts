import { isSilent } from './rows.ts'
import type { HostOfMany, ToldAt } from '../../query/hosts-of-many.ts'

/** What came of the hosts since the answer before. */
export interface SinceLast {
  /** Seconds in which a host counted since then: 0 where it told nothing, undefined where it is silent or was not heard. */
  readonly secondsOf: (host: string | undefined) => number | undefined
  /** A host is there that was not, or is no more: sums of hosts are not those of the same ones. */
  readonly areOthers: boolean
}

/** Up to when each of many hosts told of itself: they do so each in its own time, and some come back after minutes. */
export class ToldTimes {
  #before: ReadonlyMap<string, ToldAt> = new Map()
  #speaking = ''

  /** Undefined where one host answers, or many that do not say when. */
  next(hosts: readonly HostOfMany[] | undefined): SinceLast | undefined {
    if (!hosts?.some(({ told }) => told)) return undefined
    const before = this.#before
    const speaking = hosts.filter((host) => host.told && !isSilent(host))
    const seconds = new Map(
      speaking.flatMap(({ host, told }) => {
        const last = before.get(host)
        return last && told && last.run === told.run
          ? [[host, Math.max(0, told.to - last.to) / 1000] as const]
          : []
      }),
    )
    const names = speaking.map(({ host, told }) => `${host} ${told!.run}`).join('\n')
    const areOthers = this.#speaking !== names
    // Of one that is silent the last time stands: it goes on from there.
    this.#before = new Map(hosts.flatMap(({ host, told }) => (told ? [[host, told] as const] : [])))
    this.#speaking = names
    return { secondsOf: (host) => seconds.get(host ?? ''), areOthers }
  }
}
