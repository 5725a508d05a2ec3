import type { Measure } from '../question.ts'
import type { LogHistogram } from './log-histogram.ts'
import type { MeasureState } from './measure-state.ts'
import type { StateColumn } from './state-column.ts'

/** A number of an answer and how far it can be trusted. */
export interface Measured {
  /** Null: nothing was there to measure. */
  readonly value: number | null
  /** The truth is not below. Null: nothing is known. */
  readonly low: number | null
  /** The truth is not above. Where all three are equal, the number is exact. */
  readonly high: number | null
  /** Of an estimate the bounds hold for 19 of 20 only; all others always. */
  readonly estimated: boolean
}

/** What may be missing from a state: parts of `of`, and in all no more than `most`. */
export interface Missing {
  readonly of: MeasureState
  /** As `unsent` says; left out where it says nothing of this measure. */
  readonly most?: number | undefined
}

/** Standard errors to each side: 95 % of a normal distribution. */
const standardErrors = 2

/** The number of a state and its bounds, of which nothing is missing or some of `missing`. A rate is still its total. */
export function boundsOf(
  measure: Measure,
  state: MeasureState,
  missing: Missing | undefined,
): Measured {
  const rest = missing?.of
  const most = missing?.most ?? Infinity
  switch (state.kind) {
    case 'total':
      return totalBounds(state.value, missing)
    case 'least': {
      const other = rest?.kind === 'least' ? rest.value : undefined
      if (state.value === undefined)
        return always(null, other ?? null, Number.isFinite(most) ? most : null)
      return always(state.value, Math.min(state.value, other ?? Infinity), state.value)
    }
    case 'most': {
      const other = rest?.kind === 'most' ? rest.value : undefined
      const largest = other === undefined ? undefined : Math.min(other, most)
      if (state.value === undefined) return always(null, null, largest ?? null)
      return always(state.value, state.value, Math.max(state.value, largest ?? 0))
    }
    case 'mean':
      return meanBounds(state, rest?.kind === 'mean' ? rest : { sum: 0, count: 0 }, most)
    case 'distinct': {
      const { count, error } = state.values.count()
      const left = rest?.kind === 'distinct' ? rest.values.count() : { count: 0, error: 0 }
      const spread = standardErrors * error
      const short = Math.min(left.count + standardErrors * left.error, most)
      const low = Math.max(0, Math.floor(count - spread))
      const estimated = error > 0 || left.error > 0
      return { value: count, low, high: Math.ceil(count + spread + short), estimated }
    }
    case 'quantile':
      if (measure.kind !== 'quantile') throw new Error(`a quantile of ${measure.kind}`)
      return quantileBounds(
        measure.at,
        state.values,
        rest?.kind === 'quantile' ? rest.values : undefined,
        most,
      )
  }
}

/** `boundsOf` a group's state. */
export const boundsAt = (
  measure: Measure,
  column: StateColumn,
  group: number,
  missing: Missing | undefined,
): Measured =>
  column.kind === 'totals'
    ? totalBounds(column.values[group]!, missing)
    : boundsOf(measure, column.states[group]!, missing)

function totalBounds(value: number, missing: Missing | undefined): Measured {
  if (missing?.of.kind !== 'total') return always(value, value, value)
  return always(value, value, value + Math.min(missing.of.value, missing.most ?? Infinity))
}

const always = (value: number | null, low: number | null, high: number | null): Measured => ({
  value,
  low,
  high,
  estimated: false,
})

interface Mean {
  readonly sum: number
  readonly count: number
}

/** Of values that are not negative, of which all or none of the rest may be the group's. */
function meanBounds({ sum, count }: Mean, rest: Mean, most: number): Measured {
  if (count === 0)
    return always(null, rest.count > 0 ? 0 : null, rest.count > 0 ? Math.min(rest.sum, most) : null)
  const mean = sum / count
  if (rest.count === 0) return always(mean, mean, mean)
  const high = Math.max(mean, Math.min((sum + rest.sum) / (count + 1), most))
  return always(mean, sum / (count + rest.count), high)
}

function quantileBounds(
  at: number,
  values: LogHistogram,
  rest: LogHistogram | undefined,
  most: number,
): Measured {
  const own = values.quantile(at)
  const [least, largest] = [rest?.quantile(0), rest?.quantile(1)]
  if (!own) return always(null, least?.low ?? null, largest ? Math.min(largest.high, most) : null)
  return always(
    own.value,
    Math.min(own.low, least?.low ?? Infinity),
    Math.max(own.high, Math.min(largest?.high ?? 0, most)),
  )
}
