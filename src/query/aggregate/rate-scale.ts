import { gapReason } from '../../model/gap.ts'
import { hostTime, millis, type HostTime, type Millis } from '../../model/quantity.ts'
import type { HostCoverage } from '../partial-answer.ts'
import type { Measure, Question, TimeRange } from '../question.ts'
import type { Measured } from './bounds.ts'
import { dividedColumn, type MeasuredColumn } from './measured-column.ts'

/**
 * For how long of `range` flows were recorded: on the host that recorded longest, so that a rate over it is never too
 * high for one host, nor for several that recorded alike.
 */
export function coveredTime(hosts: readonly HostCoverage[], range: TimeRange): Millis {
  return millis(Math.max(0, ...hosts.map((host) => coveredBy(host, range))))
}

function coveredBy({ covered, gaps }: HostCoverage, range: TimeRange): number {
  if (!covered) return 0
  const from = Math.max(covered.from, range.from)
  const to = Math.min(covered.to, range.to)
  const down = gaps
    .filter(({ reason }) => reason === gapReason.recorderDown)
    .sort((a, b) => a.from - b.from)
  let time = 0
  let at = from
  for (const gap of down) {
    time += Math.max(0, Math.min(gap.from, to) - at)
    at = Math.max(at, gap.to)
  }
  return time + Math.max(0, to - at)
}

/** The part of a bin that the question asks for. */
export const binRange = ({ bin, range }: Question, begin: HostTime): TimeRange => ({
  from: hostTime(Math.max(begin, range.from)),
  to: hostTime(Math.min(begin + (bin ?? Infinity), range.to)),
})

/** Makes rates of totals. */
export class RateScale {
  readonly #hosts: readonly HostCoverage[]
  readonly #known = new Map<string, Millis>()

  constructor(hosts: readonly HostCoverage[]) {
    this.#hosts = hosts
  }

  /** A number of the range, a second if it is of a rate; unknown where no time of it is covered. */
  of(measure: Measure, measured: Measured, range: TimeRange): Measured {
    if (measure.kind !== 'rate') return measured
    const inSeconds = this.over(range) / 1000
    const perSecond = (total: number | null) =>
      total === null || inSeconds === 0 ? null : total / inSeconds
    const { value, low, high, estimated } = measured
    return { value: perSecond(value), low: perSecond(low), high: perSecond(high), estimated }
  }

  /** The same of a column of rows, of a rate by the time of their bins. */
  ofRows(
    measure: Measure,
    column: MeasuredColumn,
    question: Question,
    bins: Float64Array | undefined,
  ): MeasuredColumn {
    if (measure.kind !== 'rate') return column
    const seconds = (range: TimeRange) => this.over(range) / 1000
    const by = bins
      ? bins.map((bin) => seconds(binRange(question, hostTime(bin))))
      : new Float64Array(column.values.length).fill(seconds(question.range))
    return dividedColumn(column, by)
  }

  over(range: TimeRange): Millis {
    const name = `${range.from} ${range.to}`
    const known = this.#known.get(name) ?? coveredTime(this.#hosts, range)
    this.#known.set(name, known)
    return known
  }
}
