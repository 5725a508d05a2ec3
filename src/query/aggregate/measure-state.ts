import type { Distinct } from './distinct.ts'
import type { LogHistogram } from './log-histogram.ts'

/** What a measure of one group has come to so far. Any two of one measure merge, in any order, to the same state. */
export type MeasureState =
  /** Of `flows`, `sum` and `rate`. */
  | { readonly kind: 'total'; readonly value: number }
  /** Undefined before the first value. */
  | { readonly kind: 'least' | 'most'; readonly value: number | undefined }
  | { readonly kind: 'mean'; readonly sum: number; readonly count: number }
  | { readonly kind: 'distinct'; readonly values: Distinct }
  | { readonly kind: 'quantile'; readonly values: LogHistogram }
