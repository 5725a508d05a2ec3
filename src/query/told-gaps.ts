import type { Gap } from '../model/gap.ts'
import { limits } from '../model/limits.ts'
import { hostTime } from '../model/quantity.ts'
import { isoTime, namedGap } from '../model/vocabulary.ts'

/** A gap; or, from the first to the last of them, so many of one reason. */
export interface ToldGap extends Gap {
  readonly gaps: number
}

/**
 * As they are told to people and scripts: of a reason that comes again and again its first and its last gap, and as one
 * those between. In order of what comes first.
 */
export function toldGaps(gaps: readonly Gap[]): readonly ToldGap[] {
  const one = (gap: Gap): ToldGap => ({ ...gap, gaps: 1 })
  const reasons = [...new Set(gaps.map(({ reason }) => reason))]
  const told = reasons.flatMap((reason) => {
    const all = gaps.filter((gap) => gap.reason === reason)
    if (all.length <= limits.gapsOfReasonToldMax) return all.map(one)
    return [one(all[0]!), together(all.slice(1, -1)), one(all.at(-1)!)]
  })
  return told.toSorted((a, b) => a.from - b.from)
}

const together = (gaps: readonly Gap[]): ToldGap => ({
  from: hostTime(gaps.reduce((least, { from }) => Math.min(least, from), Infinity)),
  to: hostTime(gaps.reduce((most, { to }) => Math.max(most, to), 0)),
  reason: gaps[0]!.reason,
  count: gaps.reduce((sum, { count }) => sum + count, 0),
  gaps: gaps.length,
})

export function gapSentence({ from, to, reason, count, gaps }: ToldGap): string {
  const times = gaps > 1 ? ` ${gaps} times` : ''
  const counted = count > 0 ? `, ${count} counted` : ''
  return `not whole${times} from ${isoTime(from)} to ${isoTime(to)}: ${reason}${counted}`
}

/** Under the names of JSON. */
export const namedToldGap = ({ gaps, ...gap }: ToldGap) => ({ ...namedGap(gap), gaps })
