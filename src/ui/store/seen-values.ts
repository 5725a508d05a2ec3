import { formatAddress } from '../../model/address.ts'
import { actorOf } from '../../model/flow.ts'
import { asOf } from '../../model/whereabouts/known-whereabouts.ts'
import { accountOf } from '../../model/owner.ts'
import type { ValuesSeen } from '../../query/filter/complete-filter.ts'
import type { FlowRow } from './rows.ts'

const words = ['process', 'user', 'exe', 'container', 'cgroup', 'remote_ip', 'as'] as const
type Word = (typeof words)[number]

/** Values that the flows have, those of most bytes first, for completion; of AS where they are shown. */
export function seenValues(rows: readonly FlowRow[], hasWhereabouts: boolean): ValuesSeen {
  const bytes = Object.fromEntries(
    words.map((word) => [word, new Map<string, number>()]),
  ) as Record<Word, Map<string, number>>
  for (const { flow } of rows) {
    const weight = flow.txBytes + flow.rxBytes
    const add = (word: Word, value: string) => {
      if (value !== '') bytes[word].set(value, (bytes[word].get(value) ?? 0) + weight)
    }
    add('remote_ip', formatAddress(flow.remoteAddress))
    if (hasWhereabouts) add('as', String(asOf(flow.remoteAddress) ?? ''))
    const actor = actorOf(flow)
    add('user', accountOf(actor)?.user ?? '')
    if (actor.kind !== 'process') continue
    for (const word of ['process', 'exe', 'container', 'cgroup'] as const) add(word, actor[word])
  }
  const ranked = (values: ReadonlyMap<string, number>) =>
    [...values].toSorted((a, b) => b[1] - a[1]).map(([value]) => value)
  return Object.fromEntries(words.map((word) => [word, ranked(bytes[word])]))
}
