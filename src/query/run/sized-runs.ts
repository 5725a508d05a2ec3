import { LogHistogram } from '../aggregate/log-histogram.ts'
import type { Counter } from '../question.ts'
import { madeNumbers, type Batch, type Numbers } from './batch.ts'
import { ByGroup } from './by-group.ts'
import { counterColumns } from './counter-columns.ts'
import { statesOf, type MeasureRun } from './measure-run.ts'

/** Of a histogram that has met values of some sizes. */
const histogramBytes = 4_096

/** What records are measured by, one number each; NaN where a record has none. */
type Sized = Counter | 'rtt_us' | 'duration_ms'

function sizesOf(batch: Batch, of: Sized): Numbers {
  if (of === 'rtt_us') {
    const { values, at } = batch.numbers('rttUs')
    return madeNumbers(Float64Array.from(at, (i) => values[i]! || NaN))
  }
  if (of === 'duration_ms') {
    const [start, end] = [batch.numbers('start'), batch.numbers('end')]
    // Live rows have fractions of ms; stored ones do not.
    return madeNumbers(
      Float64Array.from(batch.rows, (_, k) =>
        Math.max(0, end.values[end.at[k]!]! - start.values[start.at[k]!]!),
      ),
    )
  }
  const [first, second] = counterColumns[of].map((name) => batch.numbers(name))
  if (!second) return first!
  return madeNumbers(
    Float64Array.from(
      batch.rows,
      (_, k) => first!.values[first!.at[k]!]! + second.values[second.at[k]!]!,
    ),
  )
}

export function extremeRun(kind: 'least' | 'most', of: Sized): MeasureRun {
  const best = new ByGroup(NaN)
  return {
    prepare(batch) {
      const { values, at } = sizesOf(batch, of)
      return (groups, size) => {
        const found = best.sized(size)
        for (let k = 0; k < groups.length; k++) {
          const value = values[at[k]!]!
          const before = found[groups[k]!]!
          if (Number.isNaN(before) || (kind === 'least' ? value < before : value > before))
            found[groups[k]!] = value
        }
      }
    },
    finish(size) {
      const found = best.sized(size)
      return statesOf((group) => {
        const value = found[group]!
        return { kind, value: Number.isNaN(value) ? undefined : value }
      })
    },
    bytes: () => best.bytes(),
  }
}

export function meanRun(of: Sized): MeasureRun {
  const sums = new ByGroup(0)
  const counts = new ByGroup(0)
  return {
    prepare(batch) {
      const { values, at } = sizesOf(batch, of)
      return (groups, size) => {
        const sum = sums.sized(size)
        const count = counts.sized(size)
        for (let k = 0; k < groups.length; k++) {
          const value = values[at[k]!]!
          if (Number.isNaN(value)) continue
          sum[groups[k]!]! += value
          count[groups[k]!]! += 1
        }
      }
    },
    finish(size) {
      const sum = sums.sized(size)
      const count = counts.sized(size)
      return statesOf((group) => ({ kind: 'mean', sum: sum[group]!, count: count[group]! }))
    },
    bytes: () => sums.bytes() + counts.bytes(),
  }
}

export function quantileRun(of: Sized): MeasureRun {
  const histograms: (LogHistogram | undefined)[] = []
  return {
    prepare(batch) {
      const { values, at } = sizesOf(batch, of)
      return (groups) => {
        for (let k = 0; k < groups.length; k++) {
          const value = values[at[k]!]!
          if (!Number.isNaN(value)) (histograms[groups[k]!] ??= new LogHistogram()).add(value)
        }
      }
    },
    finish: () =>
      statesOf((group) => ({ kind: 'quantile', values: histograms[group] ?? new LogHistogram() })),
    bytes: () => histograms.length * histogramBytes,
  }
}
