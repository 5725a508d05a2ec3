import { isoTime } from '../../model/vocabulary.ts'
import type { SeriesAnswer } from '../../query/ask-series.ts'
import type { Question } from '../../query/question.ts'
import { groupKeyName } from '../../query/words/group-words.ts'
import { belowJson, jsonLine, namedMeasures } from './answer-json.ts'

/** A line a bin and group, in the order of time; bins of which nothing was recorded have none. Then what they have in all. */
export function seriesJson(
  { by, measures }: Question,
  { bins, series, whole }: SeriesAnswer,
): string {
  const cells = bins.flatMap(({ start, recorded }, i) =>
    recorded
      ? series.map(({ key, cells: of }) => ({
          type: 'bin',
          start: isoTime(start),
          ...Object.fromEntries(by.map((one, k) => [groupKeyName(one), key[k] ?? null])),
          ...namedMeasures(measures, of[i]!),
        }))
      : [],
  )
  return cells.map(jsonLine).join('') + (whole ? belowJson(measures, whole) : '')
}
