import type { GroupKeyValues } from '../query/keys-of-groups.ts'
import type { HostCoverage, PartialAnswer } from '../query/partial-answer.ts'
import type { Question, SeriesQuestion } from '../query/question.ts'
import { QuestionRun, type FlowsGiven } from '../query/run/question-run.ts'

/**
 * A question and the same by bins, from one reading: each block is decoded once for both. All groups are kept in all bins,
 * because which of them will be asked for is known at the end; where that is more than the budget allows, the bins are let
 * go, and are asked for anew.
 */
export class SeriesRun {
  readonly #question: SeriesQuestion
  readonly #overall: QuestionRun
  #byBins: QuestionRun | undefined

  constructor(question: SeriesQuestion, overall: Question, host: string) {
    this.#question = question
    this.#overall = new QuestionRun(overall, host)
    this.#byBins = new QuestionRun(question, host)
  }

  get groups(): number {
    return this.#overall.groups
  }

  get memory(): number {
    return this.#overall.memory + (this.#byBins?.memory ?? 0)
  }

  spacesHeld(): readonly [] {
    return []
  }

  /** @throws DamagedColumn, and then nothing of the block is counted */
  add(given: FlowsGiven): void {
    // First, as it reads all that the other reads: what that one throws, this one has thrown.
    this.#byBins?.add(given)
    this.#overall.add(given)
    const { groups, memory } = this.#question.budget
    if (this.#byBins && (this.#byBins.groups > groups || this.memory > memory))
      this.#byBins = undefined
  }

  overall(coverage: readonly HostCoverage[]): PartialAnswer {
    return this.#overall.answer(coverage)
  }

  /** The bins of those keys; undefined where they are not kept. */
  byBins(
    keys: readonly GroupKeyValues[],
    coverage: readonly HostCoverage[],
  ): PartialAnswer | undefined {
    return this.#byBins?.answer(coverage, { kind: 'these', keys })
  }
}
