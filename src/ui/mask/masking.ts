import type { Filter } from '../../query/filter/filter.ts'

/** How a screen goes on under pseudonyms, or under real names again. */
export interface Masking {
  readonly isMasked: boolean
  /** The same condition in the names of now. */
  readonly renamed: (filter: Filter) => Filter
}
