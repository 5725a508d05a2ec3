import type { Dataset } from './dataset.ts'
import type { QuestionName, Rows } from './questions.ts'

/** One way to answer the questions. */
export interface Engine {
  readonly name: string
  /** Why it cannot take part in a run with so many rows; undefined where it can. */
  readonly missing: (rows: number) => string | undefined
  /** Makes its own form of the data where it is not there yet; gives its folder. */
  readonly prepare: (data: Dataset) => Promise<string>
  /** Undefined: it cannot be asked this. */
  readonly ask: (folder: string, question: QuestionName) => Promise<Asked> | undefined
}

export interface Asked {
  /** From the question to the answer; of a program that is started for it, its start included. */
  readonly ms: number
  readonly peakMb: number
  readonly rows: Rows
}
