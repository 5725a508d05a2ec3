import { keyColumn, type KeyColumn } from './key-words.ts'
import type { PartialAnswer } from './partial-answer.ts'
import type { GroupColumns } from './partial-groups.ts'
import type { Question } from './question.ts'

/**
 * Groups of an answer as they travel and are merged. Of keys each different value is there once: a console that looks up
 * the name of every group of every host takes five times as long.
 */
export interface CompactGroups extends Pick<GroupColumns, 'bins' | 'states'> {
  readonly rows: number
  /** One a key of the question. */
  readonly keys: readonly KeyColumn[]
  /** NaN where nothing of a group was left out; undefined where nothing was of any. */
  readonly unsent: Float64Array | undefined
}

export interface CompactAnswer extends Omit<PartialAnswer, 'groups'> {
  readonly groups: CompactGroups
}

export function compacted({ by, bin }: Question, partial: PartialAnswer): CompactAnswer {
  const { keys, bins, states, unsent } = partial.groups.columns
  const groups = {
    rows: keys.length,
    keys: by.map((_, i) => keyColumn(keys, i)),
    // Groups that are none do not say whether they have bins.
    bins: bin === undefined ? undefined : (bins ?? new Float64Array(0)),
    states,
    unsent: unsent?.every(Number.isNaN) ? undefined : unsent,
  }
  return { groups, rest: partial.rest, coverage: partial.coverage }
}
