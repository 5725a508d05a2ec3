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
  const named = series.map(({ key, cells }) => ({
    keys: Object.fromEntries(by.map((one, i) => [groupKeyName(one), key[i] ?? null])),
    cells,
  }))
  const lines = bins.flatMap(({ start: at, recorded }, i) => {
    if (!recorded) return []
    const start = isoTime(at)
    return named.map(({ keys, cells }) =>
      jsonLine({ type: 'bin', start, ...keys, ...namedMeasures(measures, cells[i]!) }),
    )
  })
  return lines.join('') + (whole ? belowJson(measures, whole) : '')
}
