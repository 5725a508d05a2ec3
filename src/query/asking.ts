import type { FlowColumns } from '../model/flow-columns.ts'
import type { Millis } from '../model/quantity.ts'
import type { HostMark } from './host-mark.ts'
import type { HostCoverage, PartialAnswer } from './partial-answer.ts'
import type { Question, SeriesQuestion } from './question.ts'
import type { GroupKeyValues } from './keys-of-groups.ts'
import type { Selection } from './run/selection.ts'
import type { RecordOrder } from './words/order-words.ts'

/**
 * The one way to answers for the commands; made by host (local) and by fleet (many), which commands cannot tell apart.
 */
export interface Asking {
  /** Answers of all hosts as one. */
  ask(question: Question, options: AskingOptions): Promise<Heard>
  /** A question with and without its bins, by one reading; where groups would have to travel for it, there is none. */
  readonly askWithBins?: (
    question: SeriesQuestion,
    overall: Question,
    options: AskingOptions,
  ) => Promise<AnswerWithBins>
  /** Whole records, host by host in no order; each host's coverage comes after its last one. */
  records(question: RecordQuestion, options: AskingOptions): AsyncIterable<RecordPiece>
  /** How each host of a fleet was when last asked, in the order of -H; none where this host alone is asked. */
  states(): readonly HostState[]
  close(): void
}

export interface AskingOptions {
  readonly onProgress?: (progress: QuestionProgress) => void
  /** Of many hosts: those that have not answered yet, a set from which each goes as it does. */
  readonly onWaiting?: (hosts: ReadonlySet<string>) => void
  /** Ends the answer early, with what was found by then. */
  readonly interrupted?: AbortSignal
}

/** How far an answer is, summed over the hosts. */
export interface QuestionProgress {
  readonly rows: number
  /** Rows of the logs' blocks in question. */
  readonly rowsOf: number
  readonly bytes: number
}

export interface AnswerWithBins {
  readonly overall: PartialAnswer
  /** A second round for those keys of the question with bins; undefined where there were too many to keep. */
  readonly byBins: (keys: readonly GroupKeyValues[]) => PartialAnswer | undefined
}

export interface Heard {
  readonly partial: PartialAnswer
  readonly silent: readonly SilentHost[]
}

/** Each host that is asked is in exactly one state. */
export interface HostState {
  readonly host: string
  readonly state: 'answered' | SilentHost['state']
  /** Why it is silent, or what is unusual about it; '' where there is nothing to say. */
  readonly why: string
  /** Of its e2etop; undefined where none was heard. */
  readonly version: string | undefined
  /** How far its clock is ahead of ours, and how far off that may be. */
  readonly clock: { readonly offset: Millis; readonly error: Millis } | undefined
  /** What the operator calls the likes of it. */
  readonly mark?: HostMark | undefined
}

export const silentStates = ['refused', 'late', 'unreachable', 'no e2etop'] as const

/** A host that was asked and gave no answer; those that gave one are in the coverage. */
export interface SilentHost {
  readonly host: string
  readonly state: (typeof silentStates)[number]
  /** A clause for the operator, already clean. */
  readonly why: string
}

/** Which records are wanted: those that ended in the range, and what open flows did since their last one. */
export interface RecordQuestion extends Pick<Question, 'where' | 'range' | 'budget'> {
  /** Only so many of each host, those of the largest values; they come in no order. Left out: all of them. */
  readonly best?: { readonly by: RecordOrder; readonly most: number }
  /** Each host is also to say from which files of its log they are. */
  readonly withFiles?: true
}

/** A file of a host's log, as it was when it was read. */
export interface SourceFile {
  readonly name: string
  readonly bytes: number
  /** Hexadecimal; '' of one that was still being written. */
  readonly sha256: string
}

/** A run of a recorder. */
export interface RecordedBy {
  /** 32 hexadecimal digits, as the log has it; undefined of what this host's recorder has just told. */
  readonly hostId: string | undefined
  /** 32 hexadecimal digits. */
  readonly bootId: string
  readonly stream: number
}

export type RecordPiece =
  /** These rows of a block, in the order of writing; all its columns are sound. `recordsAt` makes records of them. */
  | {
      readonly kind: 'records'
      readonly host: string
      readonly by: RecordedBy
      readonly columns: FlowColumns
      readonly rows: Selection
    }
  /** The last one of a host. */
  | {
      readonly kind: 'end'
      readonly coverage: HostCoverage
      /** None where nobody asked for them. */
      readonly files: readonly SourceFile[]
    }
  | { readonly kind: 'silent'; readonly silent: SilentHost }
