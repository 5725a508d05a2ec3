import { isoTime } from '../../model/vocabulary.ts'
import type { SeriesAnswer } from '../../query/ask-series.ts'
import type { Question } from '../../query/question.ts'
import { belowJson, keyFields, measureFields } from './answer-json.ts'

/** A line a bin and group, in the order of time; bins of which nothing was recorded have none. Then what they have in all. */
export function seriesJson(
  { by, measures }: Question,
  { bins, series, whole }: SeriesAnswer,
): string {
  const keys = keyFields(by)
  const numbers = measureFields(measures)
  const named = series.map(({ key, course }) => ({ fields: keys(key), course }))
  const lines: string[] = []
  for (const [i, { start, recorded }] of bins.entries()) {
    if (!recorded) continue
    const begin = `{"type":"bin","start":${JSON.stringify(isoTime(start))}`
    for (const { fields, course } of named)
      lines.push(`${begin}${fields}${numbers(course.at(i))}}\n`)
  }
  return lines.join('') + (whole ? belowJson(measures, whole) : '')
}
