import type { Measure } from '../question.ts'
import { Distinct } from './distinct.ts'
import { LogHistogram } from './log-histogram.ts'
import type { MeasureState } from './measure-state.ts'

type KindOf = { readonly [K in Measure['kind']]: MeasureState['kind'] }

/** The state that each kind of measure has. */
export const stateKinds = {
  flows: 'total',
  sum: 'total',
  rate: 'total',
  min: 'least',
  max: 'most',
  avg: 'mean',
  distinct: 'distinct',
  quantile: 'quantile',
} as const satisfies KindOf

/** Of no flows: merging it changes nothing. */
export function emptyState(measure: Measure): MeasureState {
  const kind = stateKinds[measure.kind]
  switch (kind) {
    case 'total':
      return { kind, value: 0 }
    case 'least':
    case 'most':
      return { kind, value: undefined }
    case 'mean':
      return { kind, sum: 0, count: 0 }
    case 'distinct':
      return { kind, values: Distinct.of([]) }
    case 'quantile':
      return { kind, values: new LogHistogram() }
  }
}

/**
 * Two states of one measure as one. Totals are exact up to 2^53 if they are whole, so whoever makes them books whole
 * bytes: only then any order of merging gives the same.
 */
export function mergeStates(a: MeasureState, b: MeasureState): MeasureState {
  if (a.kind === 'total' && b.kind === 'total') return { kind: 'total', value: a.value + b.value }
  if (a.kind === 'least' && b.kind === 'least')
    return { kind: 'least', value: chosen(a, b, Math.min) }
  if (a.kind === 'most' && b.kind === 'most') return { kind: 'most', value: chosen(a, b, Math.max) }
  if (a.kind === 'mean' && b.kind === 'mean')
    return { kind: 'mean', sum: a.sum + b.sum, count: a.count + b.count }
  if (a.kind === 'distinct' && b.kind === 'distinct')
    return { kind: 'distinct', values: a.values.merge(b.values) }
  if (a.kind === 'quantile' && b.kind === 'quantile')
    return { kind: 'quantile', values: a.values.merge(b.values) }
  throw new Error(`a ${a.kind} and a ${b.kind} are of different measures`)
}

/**
 * All of them as one, two by two: half a million small sets one after the other into one large sketch would copy it each
 * time, for a minute.
 */
export function mergeMany(states: readonly MeasureState[]): MeasureState {
  let left = states
  while (left.length > 1)
    left = Array.from({ length: Math.ceil(left.length / 2) }, (_, i) => {
      const [one, other] = [left[2 * i]!, left[2 * i + 1]]
      return other ? mergeStates(one, other) : one
    })
  return left[0]!
}

interface Optional {
  readonly value: number | undefined
}

function chosen(a: Optional, b: Optional, choose: (a: number, b: number) => number) {
  if (a.value === undefined || b.value === undefined) return a.value ?? b.value
  return choose(a.value, b.value)
}

/** Measure by measure. */
export const mergeAllStates = (
  a: readonly MeasureState[],
  b: readonly MeasureState[],
): readonly MeasureState[] => a.map((state, i) => mergeStates(state, b[i]!))
