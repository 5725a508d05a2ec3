import type { NumberColumnName } from '../../model/flow-columns.ts'
import { Distinct } from '../aggregate/distinct.ts'
import type { HashedKey } from '../aggregate/key-hash.ts'
import { LogHistogram } from '../aggregate/log-histogram.ts'
import type { MeasureState } from '../aggregate/measure-state.ts'
import type { Counter, Measure } from '../question.ts'
import { madeNumbers, type Batch, type Numbers } from './batch.ts'
import type { Dimension } from './dimension.ts'
import { FlowCounts } from './flow-counts.ts'
import { fieldDimension } from './group-keys.ts'
import { PairTable } from './pair-table.ts'

/** Counts the pieces of a batch into their groups; `size` groups there are. Cannot fail any more. */
export type Counting = (groups: Uint32Array, size: number) => void

/** One measure of all groups of a question while it grows. */
export interface MeasureRun {
  /** Reads what it needs of a batch of one run of the recorder. @throws DamagedColumn */
  readonly prepare: (batch: Batch, run: number) => Counting
  /** The state of each group, by its number. */
  readonly finish: (size: number) => (group: number) => MeasureState
}

export function measureRun(measure: Measure, host: string): MeasureRun {
  switch (measure.kind) {
    case 'flows':
      return flowsRun()
    case 'sum':
    case 'rate':
      return sumRun(measure.of)
    case 'min':
      return extremeRun('least', measure.of)
    case 'max':
      return extremeRun('most', measure.of)
    case 'avg':
      return meanRun(measure.of)
    case 'distinct':
      return distinctRun(fieldDimension(measure.of, host))
    case 'quantile':
      return quantileRun(measure.of)
  }
}

/** Numbers by group that grow with the groups. */
class ByGroup {
  values = new Float64Array(1024)
  readonly #begin: number

  constructor(begin: number) {
    this.#begin = begin
    this.values.fill(begin)
  }

  sized(size: number): Float64Array {
    if (size <= this.values.length) return this.values
    const larger = new Float64Array(2 * size).fill(this.#begin)
    larger.set(this.values)
    this.values = larger
    return larger
  }
}

function flowsRun(): MeasureRun {
  const totals = new ByGroup(0)
  const flows = new FlowCounts()
  return {
    prepare(batch, run) {
      const count = flows.prepare(batch, run)
      return (groups, size) => count(groups, totals.sized(size))
    },
    finish: (size) => totalsOf(totals, size),
  }
}

const counterColumns: Record<Counter, readonly NumberColumnName[]> = {
  tx_bytes: ['txBytes'],
  rx_bytes: ['rxBytes'],
  bytes: ['txBytes', 'rxBytes'],
  tx_packets: ['txPackets'],
  rx_packets: ['rxPackets'],
  packets: ['txPackets', 'rxPackets'],
  retransmits: ['retransmits'],
}

function sumRun(counter: Counter): MeasureRun {
  const totals = new ByGroup(0)
  return {
    prepare(batch) {
      const columns = counterColumns[counter].map((name) => batch.numbers(name))
      return (groups, size) => {
        const sums = totals.sized(size)
        for (const { values, at } of columns)
          for (let k = 0; k < groups.length; k++) sums[groups[k]!]! += values[at[k]!]!
      }
    },
    finish: (size) => totalsOf(totals, size),
  }
}

function totalsOf(totals: ByGroup, size: number): (group: number) => MeasureState {
  const values = totals.sized(size)
  return (group) => ({ kind: 'total', value: values[group]! })
}

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

function extremeRun(kind: 'least' | 'most', of: Sized): MeasureRun {
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
      return (group) => {
        const value = found[group]!
        return { kind, value: Number.isNaN(value) ? undefined : value }
      }
    },
  }
}

function meanRun(of: Sized): MeasureRun {
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
      return (group) => ({ kind: 'mean', sum: sum[group]!, count: count[group]! })
    },
  }
}

function distinctRun(dimension: Dimension): MeasureRun {
  const met = new PairTable()
  return {
    prepare(batch) {
      const values = dimension.numbersOf(batch)
      return (groups) => {
        for (let k = 0; k < groups.length; k++) met.numberOf(groups[k]!, values[k]!)
      }
    },
    finish(size) {
      const keys: HashedKey[][] = Array.from({ length: size }, () => [])
      for (let pair = 0; pair < met.size; pair++) {
        const key = dimension.keyAt(met.right(pair))
        if (key !== undefined) keys[met.left(pair)]!.push(key)
      }
      return (group) => ({ kind: 'distinct', values: Distinct.of(keys[group]!) })
    },
  }
}

function quantileRun(of: Sized): MeasureRun {
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
    finish: () => (group) => ({
      kind: 'quantile',
      values: histograms[group] ?? new LogHistogram(),
    }),
  }
}
