import { isoTime } from '../../model/vocabulary.ts'
import type { SeriesAnswer } from '../../query/ask-series.ts'
import type { SeriesQuestion } from '../../query/question.ts'
import { answerHead, keyCells, numberCell } from './csv.ts'

/** A line a bin and group, in the order of time; bins of which nothing was recorded have none. */
export function seriesCsv(question: SeriesQuestion, { bins, series }: SeriesAnswer): string {
  const lines = [`start,${answerHead(question)}`]
  const begun = series.map(({ key, course }) => ({ begin: keyCells(key), course }))
  for (const [i, { start, recorded }] of bins.entries()) {
    if (!recorded) continue
    const time = isoTime(start) ?? ''
    for (const { begin, course } of begun) {
      const numbers = question.measures.map((_, measure) => course.valueAt(i, measure))
      lines.push(
        `${time},${begin}${numbers.map((number) => numberCell(number ?? NaN)).join(',')}\n`,
      )
    }
  }
  return lines.join('')
}
