import type { Measured } from '../../query/aggregate/bounds.ts'
import { addsUp } from '../../query/aggregate/merge-partials.ts'
import type { Measure } from '../../query/question.ts'
import { measureName, measureUnit } from '../../query/words/measure-words.ts'
import { formatDuration, formatQuantity, formatRtt } from '../../ui/text/units.ts'

/** A measure over its column, in few cells: TX, RX/s, AVG RTT ms, REMOTE IPS. */
export function measureTitle(measure: Measure): string {
  switch (measure.kind) {
    case 'flows':
      return 'FLOWS'
    case 'distinct':
      return `${spaced(measure.of)}${measure.of.endsWith('s') ? 'ES' : 'S'}`
    case 'sum':
      return counted(measure.of)
    case 'rate':
      return `${counted(measure.of)}/s`
    case 'min':
    case 'max':
    case 'avg':
      return `${measure.kind.toUpperCase()} ${counted(measure.of)}`
    case 'quantile':
      return `${measureName(measure).split('_', 1)[0]!.toUpperCase()} ${counted(measure.of)}`
  }
}

const spaced = (name: string) => name.replaceAll('_', ' ').toUpperCase()

function counted(name: string): string {
  if (name === 'rtt_us') return 'RTT ms'
  if (name === 'duration_ms') return 'DURATION'
  return spaced(name.replace(/_bytes$/, '').replace(/packets$/, 'pkts'))
}

/** A number as a cell: `~` before an estimate, `≥` before one of which some may be missing; `-` for none. */
export function measureCell(measure: Measure, measured: Measured): string {
  return measured.value === null
    ? '-'
    : (markOf(measure, measured) ?? '') + formatted(measure, measured.value)
}

/** All digits of it, in groups of three; of what is no whole number three decimals. */
export const exactCell = ({ value }: Measured): string => value?.toLocaleString('en-US') ?? '-'

export type Mark = '~' | '≥'

/** What stands before a number that is not exact. A quantile has the width of its histogram's step, which three digits do not show. */
export function markOf(measure: Measure, measured: Measured): Mark | undefined {
  const { value, low, high, estimated } = measured
  if (value === null) return undefined
  if (estimated) return '~'
  if (high === value && low === value) return undefined
  if (measure.kind === 'quantile' && (high ?? Infinity) <= (low ?? 0) * quantileStep)
    return undefined
  return addsUp(measure) ? '≥' : '~'
}

const quantileStep = 1.03

function formatted(measure: Measure, value: number): string {
  switch (measureUnit(measure)) {
    case 'us':
      return formatRtt(value) || '0'
    case 'ms':
      return value < 1000 ? `${Math.round(value)}ms` : formatDuration(value)
    case 'bytes':
    case 'count':
      return formatQuantity(value)
    case 'bytes/s':
    case 'count/s':
      return value > 0 && value < 9.995
        ? value.toFixed(value < 0.995 ? 2 : 1)
        : formatQuantity(value)
  }
}
