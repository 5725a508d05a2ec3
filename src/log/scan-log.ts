import { DamagedColumn } from '../model/damaged-column.ts'
import { rowsOf } from '../model/flow-block.ts'
import type { FlowRecord } from '../model/flow.ts'
import type { FileHeader } from './file-header.ts'
import type { TimeRange } from './log-view.ts'
import { scanBlocks, type BlockPiece, type LogBlock } from './scan-blocks.ts'

/** What a scan finds, file by file in the order of writing. */
export type LogPiece =
  /** Flows that ended in the range; `writtenBy` says on which boot and in which run of the recorder. */
  | { readonly kind: 'rows'; readonly writtenBy: FileHeader; readonly rows: readonly FlowRecord[] }
  | Exclude<BlockPiece, { readonly kind: 'block' | 'end' }>

/**
 * Reads the records of a log, as `scanBlocks` does. A flow belongs to the time at which it ended, so that ranges that
 * follow each other can be summed. Throws `LogError` where the log cannot be read at all.
 */
export function* scanLog(path: string, range: TimeRange): Generator<LogPiece> {
  for (const piece of scanBlocks(path, range)) {
    if (piece.kind === 'end') continue
    if (piece.kind !== 'block') {
      yield piece
      continue
    }
    const flows = recordsOf(piece)
    if (!flows) {
      yield piece.damage()
      continue
    }
    const rows = flows.filter(({ end }) => end >= range.from && end < range.to)
    if (rows.length > 0) yield { kind: 'rows', writtenBy: piece.writtenBy, rows }
  }
}

/** Undefined where the block is damaged. */
function recordsOf(block: LogBlock): FlowRecord[] | undefined {
  const opened = block.open()
  if (!opened.ok) return undefined
  try {
    return rowsOf(opened.columns)
  } catch (error) {
    if (!(error instanceof DamagedColumn)) throw error
    return undefined
  }
}
