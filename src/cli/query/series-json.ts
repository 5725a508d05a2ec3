import { isoTime } from '../../model/vocabulary.ts'
import type { SeriesAnswer } from '../../query/ask-series.ts'
import type { Question } from '../../query/question.ts'
import { groupKeyName } from '../../query/words/group-words.ts'
import { jsonLine, namedMeasures } from './answer-json.ts'

/** A line a bin and group, in the order of time; bins of which nothing was recorded have none. */
export function seriesJson(
  { by, measures }: Question,
  { bins, series, whole }: SeriesAnswer,
): string {
  const cells = bins.flatMap(({ start, recorded }, i) =>
    recorded
      ? series.map(({ row, cells: of }) => ({
          type: 'bin',
          start: isoTime(start),
          ...Object.fromEntries(by.map((key, k) => [groupKeyName(key), row.key[k] ?? null])),
          ...namedMeasures(measures, of[i]!),
        }))
      : [],
  )
  const { rest, total } = whole
  const below = [
    ...(rest
      ? [{ type: 'rest', groups: rest.groups, ...namedMeasures(measures, rest.values) }]
      : []),
    { type: 'total', ...namedMeasures(measures, total) },
  ]
  return [...cells, ...below].map(jsonLine).join('')
}
