import { runKernel } from '../../model/kernels/run-kernel.ts'
import { pickedStates, type StateColumn } from '../aggregate/state-column.ts'
import type { Counter, Measure } from '../question.ts'
import type { Numbers } from './batch.ts'
import { ByGroup } from './by-group.ts'
import { counterColumns } from './counter-columns.ts'
import { distinctRun } from './distinct-run.ts'
import { FlowCounts } from './flow-counts.ts'
import { fieldDimension } from './group-keys.ts'
import type { MeasureRun } from './measure-run.ts'
import { extremeRun, meanRun, quantileRun } from './sized-runs.ts'

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

function flowsRun(): MeasureRun {
  const totals = new ByGroup(0)
  const flows = new FlowCounts()
  return {
    prepare(batch, run) {
      const count = flows.prepare(batch, run)
      return (groups, size) => count(groups, totals.sized(size))
    },
    finish: (size) => totalsOf(totals, size),
    bytes: () => totals.bytes() + flows.bytes(),
  }
}

function sumRun(counter: Counter): MeasureRun {
  const totals = new ByGroup(0)
  return {
    prepare(batch) {
      const columns = counterColumns[counter].map((name) => batch.numbers(name))
      return (groups, size) => {
        const sums = totals.sized(size, batch.columns.space.kept)
        const [one, other] = columns
        if (other) addBoth(sums, groups, [one!, other])
        else add(sums, groups, one!)
      }
    },
    finish: (size) => totalsOf(totals, size),
    bytes: () => totals.bytes(),
  }
}

function add(sums: Float64Array, groups: Uint32Array, { values, at }: Numbers): void {
  const isFloats = values instanceof Float64Array
  if (isFloats && runKernel('addOne', sums, groups, groups.length, values, at) !== undefined) return
  for (let k = 0; k < groups.length; k++) sums[groups[k]!]! += values[at[k]!]!
}

function addBoth(
  sums: Float64Array,
  groups: Uint32Array,
  [a, b]: readonly [Numbers, Numbers],
): void {
  const [values, at, others, otherAt] = [a.values, a.at, b.values, b.at]
  const args = [values, at, others, otherAt] as const
  const areFloats = values instanceof Float64Array && others instanceof Float64Array
  if (areFloats && runKernel('addBoth', sums, groups, groups.length, ...args) !== undefined) return
  for (let k = 0; k < groups.length; k++)
    sums[groups[k]!]! += values[at[k]!]! + others[otherAt[k]!]!
}

function totalsOf(totals: ByGroup, size: number): (groups: Uint32Array) => StateColumn {
  const column: StateColumn = { kind: 'totals', values: totals.sized(size) }
  return (groups) => pickedStates(column, groups)
}
