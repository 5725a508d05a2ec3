import type { Measure } from '../question.ts'
import type { MeasureState } from './measure-state.ts'

/** By what groups are ranked: the number of a state, 0 of nothing. */
export function rankValue(measure: Measure, state: MeasureState): number {
  switch (state.kind) {
    case 'total':
      return state.value
    case 'least':
    case 'most':
      return state.value ?? 0
    case 'mean':
      return state.count > 0 ? state.sum / state.count : 0
    case 'distinct':
      return state.values.count().count
    case 'quantile':
      return (
        (measure.kind === 'quantile' ? state.values.quantile(measure.at)?.high : undefined) ?? 0
      )
  }
}
