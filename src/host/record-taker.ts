import type { FlowRecord } from '../model/flow.ts'
import type { BlockTaker } from './log-reading.ts'

/** Records of one run of the recorder, whose flow ids are unique within it. */
export interface RunRecords {
  readonly bootId: string
  readonly stream: number
  readonly records: readonly FlowRecord[]
}
export type Run = Pick<RunRecords, 'bootId' | 'stream'>

/** Takes records block by block, and gives those that are wanted when they are known. */
export interface RecordTaker extends BlockTaker {
  /** After a block, which was of that run. */
  readonly taken: (of: Run) => readonly RunRecords[]
  /** Records that are in no block. */
  readonly addLive: (given: RunRecords) => void
  /** After the last one. */
  readonly rest: () => readonly RunRecords[]
}
