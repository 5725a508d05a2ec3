import type { HostTime, Millis } from '../model/quantity.ts'
import { hostTime, millis } from '../model/quantity.ts'
import { limits } from '../model/limits.ts'
import { screenLimits } from '../model/screen-limits.ts'
import type { Gap } from '../model/gap.ts'
import { askSeries, type SeriesAnswer } from './ask-series.ts'
import type { Asking } from './asking.ts'
import type { Filter } from './filter/filter.ts'
import { fieldKey, type TimeRange } from './question.ts'
import { silence } from './shortfalls.ts'

/** How much was recorded as time went by, in bins that begin at multiples of their length. */
export interface TimelineQuery {
  readonly range: TimeRange
  readonly bin: Millis
  readonly where?: Filter
  /** Of many hosts this one alone. */
  readonly host?: string
}

export interface Timeline extends TimelineQuery {
  /** Without holes, from the beginning of the range on. */
  readonly bins: readonly TimelineBin[]
  /** Hosts that said nothing, a sentence each. */
  readonly missing: readonly string[]
}

export interface TimelineBin {
  readonly start: HostTime
  /** Sent and received in records that ended in it; undefined where nobody recorded at any moment of it. */
  readonly bytes: number | undefined
  /** The log says that something is missing from it. */
  readonly hasGap: boolean
}

/** Asks for a timeline: of each host come sums a bin, and no records. Rejects where nothing can be asked. */
export async function askTimeline(
  asking: Pick<Asking, 'ask'>,
  query: TimelineQuery,
): Promise<Timeline> {
  const { range, bin, where, host } = query
  const answer = await askSeries(
    asking,
    {
      range,
      bin,
      ...(where && { where }),
      by: host === undefined ? [] : [fieldKey('host')],
      measures: [{ kind: 'sum', of: 'bytes' }],
      booking: 'at end',
      groupsSent: limits.seriesBinsMax,
      budget: {
        rows: Number.MAX_SAFE_INTEGER,
        bytes: Number.MAX_SAFE_INTEGER,
        groups: limits.queryGroupsMax,
        time: millis(screenLimits.pastWindowMs),
        memory: limits.queryMemoryMax,
      },
    },
    limits.seriesBinsMax,
    {},
  )
  const silent = answer.silent.filter((one) => host === undefined || one.host === host)
  return { ...query, bins: binsOf(query, answer), missing: silent.map(silence) }
}

function binsOf(query: TimelineQuery, answer: SeriesAnswer): readonly TimelineBin[] {
  const { host } = query
  const series =
    host === undefined ? answer.series[0] : answer.series.find(({ key }) => key[0] === host)
  const places = new Map(answer.bins.map(({ start, recorded }, i) => [start, { recorded, i }]))
  const hosts = answer.coverage.filter((one) => host === undefined || one.host === host)
  return emptyBins(
    query,
    hosts.flatMap(({ gaps }) => gaps),
  ).map((bin) => {
    const place = places.get(bin.start)
    if (!place?.recorded) return bin
    return { ...bin, bytes: series?.course.valueAt(place.i, 0) ?? 0 }
  })
}

/** Bins of the range, of which nothing is known yet but where gaps are. */
export function emptyBins(
  { range, bin }: Pick<TimelineQuery, 'range' | 'bin'>,
  gaps: readonly Gap[],
): readonly TimelineBin[] {
  const count = Math.ceil((range.to - range.from) / bin)
  return Array.from({ length: count }, (_, i) => {
    const start = hostTime(range.from + i * bin)
    const hasGap = gaps.some(({ from, to }) => from < start + bin && to > start)
    return { start, bytes: undefined, hasGap }
  })
}
