import type { FlowRecord } from '../model/flow.ts'
import type { RecordedBy, RecordPiece } from '../query/asking.ts'
import type { BlockTaker } from './log-reading.ts'

export type RecordRows = Pick<
  Extract<RecordPiece, { readonly kind: 'records' }>,
  'by' | 'columns' | 'rows'
>

/** Takes records block by block, and gives those that are wanted when they are known. */
export interface RecordTaker extends BlockTaker {
  /** After a block, which was of that run. */
  readonly taken: (by: RecordedBy) => readonly RecordRows[]
  /** Records that are in no block. */
  readonly addLive: (by: RecordedBy, records: readonly FlowRecord[]) => void
  /** After the last one. */
  readonly rest: () => Iterable<RecordRows>
}
