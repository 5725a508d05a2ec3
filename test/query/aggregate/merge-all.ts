import { PartialMerging } from '../../../src/query/aggregate/merge-partials.ts'
import { compacted } from '../../../src/query/compact-answer.ts'
import type { PartialAnswer } from '../../../src/query/partial-answer.ts'
import type { Question } from '../../../src/query/question.ts'

/** Answers of different hosts to one question as one. */
export function mergeAll(question: Question, partials: readonly PartialAnswer[]): PartialAnswer {
  const merging = new PartialMerging(question)
  for (const partial of partials) merging.add(compacted(question, partial))
  return merging.merged()
}
